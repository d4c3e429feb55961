//! pprof's protobuf, as `go tool pprof` and speedscope read it.
//!
//! Source of the format: proto/profile.proto of google/pprof. The messages below hold the fields that are used.

use std::collections::HashMap;

use fabench_gate::Cost;
use fabench_record::{Profile, ProfileKind};
use prost::Message;

#[derive(Clone, PartialEq, Message)]
struct PprofProfile {
    #[prost(message, repeated, tag = "1")]
    sample_type: Vec<ValueType>,
    #[prost(message, repeated, tag = "2")]
    sample: Vec<Sample>,
    #[prost(message, repeated, tag = "4")]
    location: Vec<Location>,
    #[prost(message, repeated, tag = "5")]
    function: Vec<Function>,
    #[prost(string, repeated, tag = "6")]
    string_table: Vec<String>,
    #[prost(int64, tag = "10")]
    duration_nanos: i64,
    #[prost(message, optional, tag = "11")]
    period_type: Option<ValueType>,
    #[prost(int64, tag = "12")]
    period: i64,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct ValueType {
    #[prost(int64, tag = "1")]
    kind: i64,
    #[prost(int64, tag = "2")]
    unit: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Sample {
    /// Innermost first.
    #[prost(uint64, repeated, tag = "1")]
    location_id: Vec<u64>,
    #[prost(int64, repeated, tag = "2")]
    value: Vec<i64>,
}

#[derive(Clone, PartialEq, Message)]
struct Location {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(message, repeated, tag = "4")]
    line: Vec<Line>,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Line {
    #[prost(uint64, tag = "1")]
    function_id: u64,
    #[prost(int64, tag = "2")]
    line: i64,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Function {
    #[prost(uint64, tag = "1")]
    id: u64,
    #[prost(int64, tag = "2")]
    name: i64,
    #[prost(int64, tag = "3")]
    system_name: i64,
    #[prost(int64, tag = "4")]
    filename: i64,
}

/// The bytes of a `.pb` file.
pub fn pprof(profile: &Profile) -> Vec<u8> {
    let mut strings = Strings::default();
    strings.index("");
    let mut value = |kind: &str, unit: &str| ValueType {
        kind: strings.index(kind),
        unit: strings.index(unit),
    };
    let sample_type = match profile.kind {
        ProfileKind::Cpu => vec![value("samples", "count"), value("cpu", "nanoseconds")],
        ProfileKind::Memory => vec![
            value("alloc_objects", "count"),
            value("alloc_space", "bytes"),
            value("inuse_space", "bytes"),
        ],
    };
    let period_type = sample_type.last().copied();
    let functions = profile.frames.iter().zip(1..).map(|(frame, id)| Function {
        id,
        name: strings.index(&frame.function),
        system_name: strings.index(&frame.function),
        filename: strings.index(frame.file.as_deref().unwrap_or("")),
    });
    let function = functions.collect();
    let location = profile
        .frames
        .iter()
        .zip(1..)
        .map(|(frame, id)| Location {
            id,
            line: vec![Line {
                function_id: id,
                line: frame.line.map_or(0, i64::from),
            }],
        })
        .collect();
    let samples = profile.samples().max(1);
    PprofProfile {
        sample_type,
        sample: profile
            .stacks
            .iter()
            .map(|stack| Sample {
                location_id: stack
                    .frames
                    .iter()
                    .rev()
                    .map(|index| u64::from(*index) + 1)
                    .collect(),
                value: match profile.kind {
                    ProfileKind::Cpu => vec![
                        stack.weight.samples.cast_signed(),
                        whole(Cost::CpuTime.whole(profile, stack)),
                    ],
                    ProfileKind::Memory => vec![
                        whole(stack.weight.allocations),
                        whole(stack.weight.allocated_bytes),
                        whole(stack.weight.live_bytes),
                    ],
                },
            })
            .collect(),
        location,
        function,
        string_table: strings.all,
        duration_nanos: profile.cpu_ns.cast_signed(),
        period_type,
        period: match profile.kind {
            ProfileKind::Cpu => (profile.cpu_ns / samples).cast_signed(),
            ProfileKind::Memory => profile.bytes_per_sample.cast_signed(),
        },
    }
    .encode_to_vec()
}

fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// Each text once, by its index.
#[derive(Default)]
struct Strings {
    all: Vec<String>,
    known: HashMap<String, i64>,
}

impl Strings {
    fn index(&mut self, text: &str) -> i64 {
        let next = self.all.len() as i64;
        *self.known.entry(text.to_owned()).or_insert_with(|| {
            self.all.push(text.to_owned());
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::flame_graph::tests::profile;

    #[test]
    fn it_reads_back_with_names_lines_and_times() {
        let bytes = pprof(&profile(&[("a::f a::g", 3), ("a::f", 1)]));
        let read = PprofProfile::decode(bytes.as_slice()).unwrap();
        let text = |index: i64| read.string_table[usize::try_from(index).unwrap()].as_str();
        assert_eq!(read.string_table[0], "");
        assert_eq!(text(read.sample_type[1].unit), "nanoseconds");
        assert_eq!(read.sample[0].value, [3, 750_000]);
        let innermost = read
            .location
            .iter()
            .find(|one| one.id == read.sample[0].location_id[0]);
        let line = innermost.unwrap().line[0];
        let function = read
            .function
            .iter()
            .find(|one| one.id == line.function_id)
            .unwrap();
        assert_eq!(
            (text(function.name), text(function.filename), line.line),
            ("a::g", "src/a.rs", 7)
        );
        assert_eq!(read.period, 250_000);
    }
}
