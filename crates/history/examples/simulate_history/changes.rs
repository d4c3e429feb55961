//! The simulated benchmarks: what each costs, how much it moves, and what happens to it on which day.

use fabench_record::{Direction, Metric, Unit};

/// What happens to a benchmark.
#[derive(Clone, Copy)]
pub(crate) enum Event {
    Nothing,
    /// The cost is multiplied from this day on.
    Step(u32, f64),
    /// The cost grows by this share each day from this day on.
    Ramp(u32, f64),
    /// The cost is multiplied in one single run.
    Spike(u32, f64),
}

/// A simulated benchmark.
pub(crate) struct Shape {
    pub(crate) id: String,
    pub(crate) description: &'static str,
    /// Nanoseconds for one iteration, or bytes.
    pub(crate) cost: f64,
    /// Elements of one iteration, where it is a throughput.
    pub(crate) elements: Option<f64>,
    /// Standard deviation from run to run, relative.
    pub(crate) noise: f64,
    pub(crate) event: Event,
}

impl Shape {
    /// The factor on the cost on `day`; `first` for the first run of the day.
    pub(crate) fn factor(&self, day: u32, first: bool) -> f64 {
        match self.event {
            Event::Nothing => 1.0,
            Event::Step(from, factor) => {
                if day >= from {
                    factor
                } else {
                    1.0
                }
            }
            Event::Ramp(from, share) => 1.0 + share * f64::from(day.saturating_sub(from)),
            Event::Spike(at, factor) => {
                if day == at && first {
                    factor
                } else {
                    1.0
                }
            }
        }
    }

    /// Kind, day and factor of the change, if there is one.
    pub(crate) fn change(&self, days: u32) -> Option<(&'static str, u32, f64)> {
        match self.event {
            Event::Nothing => None,
            Event::Step(day, factor) => Some(("step", day, factor)),
            Event::Ramp(day, _) => Some(("ramp", day, self.factor(days - 1, true))),
            Event::Spike(day, factor) => Some(("spike", day, factor)),
        }
    }

    pub(crate) fn primary(&self) -> Metric {
        match self.elements {
            _ if self.is_memory() => {
                Metric::value("bytes_per_agent", Unit::Bytes, Direction::LowerIsBetter)
            }
            Some(elements) => Metric::throughput(elements),
            None => Metric::wall_time(),
        }
    }

    pub(crate) fn is_memory(&self) -> bool {
        self.id.starts_with("memory_usage/")
    }
}

/// `count` benchmarks over `days`: a step 12 days before the end, a ramp over all days, a spike in the middle, an
/// improvement after a third; the others only have noise.
pub(crate) fn shapes(count: usize, days: u32) -> Vec<Shape> {
    let shape = |id: &str, description, cost, elements, noise, event| Shape {
        id: id.to_owned(),
        description,
        cost,
        elements,
        noise,
        event,
    };
    let mut shapes = vec![
        shape(
            "database_query/single",
            "read one agent by its id",
            36_000.0,
            None,
            0.012,
            Event::Step(days - 12, 1.12),
        ),
        shape(
            "memory_usage/agent_lifecycle",
            "memory that one agent holds",
            21_400.0,
            None,
            0.004,
            Event::Ramp(5, 0.003),
        ),
        shape(
            "agent_spawn/single",
            "create one explorer agent, ready to infer",
            1_480.0,
            None,
            0.010,
            Event::Spike(days / 2, 1.6),
        ),
        shape(
            "message_throughput/single",
            "send messages from one agent to another",
            92_000.0,
            Some(1000.0),
            0.012,
            Event::Step(days / 3, 0.87),
        ),
        shape(
            "agent_spawn/batch",
            "create a thousand agents",
            1_390_000.0,
            None,
            0.010,
            Event::Nothing,
        ),
        shape(
            "message_throughput/broadcast",
            "one message to a thousand agents",
            118_000.0,
            Some(1000.0),
            0.015,
            Event::Nothing,
        ),
        shape(
            "database_query/batch",
            "write a hundred agents",
            610_000.0,
            None,
            0.020,
            Event::Nothing,
        ),
        shape(
            "websocket_connection/setup",
            "connect, authenticate, hear the first event",
            410_000.0,
            None,
            0.030,
            Event::Nothing,
        ),
        shape(
            "websocket_communication/echo",
            "a message there and back",
            31_000.0,
            None,
            0.020,
            Event::Nothing,
        ),
        shape(
            "inference/step",
            "observe, infer, plan, act",
            52_000.0,
            None,
            0.008,
            Event::Nothing,
        ),
        shape(
            "inference/learn",
            "update the counts of A and B",
            7_900.0,
            None,
            0.008,
            Event::Nothing,
        ),
        shape(
            "memory_usage/belief_compression",
            "bytes of a compressed belief",
            212.0,
            None,
            0.002,
            Event::Nothing,
        ),
    ];
    for number in shapes.len()..count {
        let id = format!("simulated_{:02}/case_{number:04}", number % 17);
        let cost = 1_000.0 * 1.37f64.powi(i32::try_from(number % 30).unwrap_or_default());
        shapes.push(shape(
            &id,
            "a simulated benchmark that only has noise",
            cost,
            None,
            0.012,
            Event::Nothing,
        ));
    }
    shapes.truncate(count);
    shapes
}
