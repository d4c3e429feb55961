//! The quick form of each campaign of `cargo xtask torture` that tries to break the command line tool.

mod files;
mod killing;
mod lane;
#[allow(
    dead_code,
    reason = "the program that it makes of a suite is an example"
)]
mod liar;
mod names;
mod tool;
mod worker;

use std::time::Duration;

use tool::Effort;

#[test]
fn files_stay_whole_when_commands_are_killed_while_writing() {
    let effort = Effort {
        time: Duration::from_secs(3),
        seed: 1,
    };
    let figures = files::run(effort).unwrap();
    // Says how many kills there were, and of what.
    println!("{figures}");
}

#[test]
fn suites_that_lie_stall_flood_and_fill_the_memory_are_told_and_leave_nothing() {
    let effort = Effort {
        time: Duration::from_secs(8),
        seed: 1,
    };
    let suite = tool::fabench()
        .unwrap()
        .with_file_name("examples/cli-torture");
    let figures = worker::run(effort, &suite).unwrap();
    println!("{figures}");
}

#[test]
fn names_that_mean_something_to_others_are_text_in_every_output_and_lead_out_of_no_folder() {
    let effort = Effort {
        time: Duration::from_secs(5),
        seed: 1,
    };
    let figures = names::run(effort).unwrap();
    println!("{figures}");
}
