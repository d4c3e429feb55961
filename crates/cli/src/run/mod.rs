//! `fabench run`: build the suite, measure it, show and save what was measured.

mod address;
mod database;
mod goals;
mod plan;
mod progress;
mod websocket;

use std::path::Path;
use std::time::Duration;

use fabench_gate::summarize;
use fabench_harness::environment::Probe;
use fabench_harness::runner::{self, Cancel, Executable, Offer, Plan};
use fabench_record::{Completeness, Method, Outcome, Run, SCHEMA_VERSION, Suite, Tool};
use fabench_report::{histograms, printable, run_table, run_verdict, since};
use jiff::Timestamp;

use self::progress::Bar;
use crate::arguments::{ListFormat, RunArguments};
use crate::build_suite::{build_suite, existing};
use crate::compare::sides::Built;
use crate::config::Config;
use crate::exit::Exit;
use crate::files::{as_json, run_id, write_text};
use crate::interrupt::cancel_on_signal;
use crate::live;
use crate::offer::offer;
use crate::outputs::Outputs;
use crate::past;
use crate::profile::{self, Profiling};
use crate::screen::Screen;
use crate::secret;
use crate::selection;
use crate::source::source_of;

/// How the numbers of a run come about; another name or version is not comparable.
const METHOD: (&str, u32) = ("launches-in-passes", 1);

/// The variable by which a suite learns that its largest benchmarks are wanted, too.
const SCALE: &str = "FREEAGENTICS_SCALE";
/// The variable by which it learns of a NATS server to measure.
const NATS: &str = "FREEAGENTICS_NATS_URL";

/// CPU time that each profile of `--profile` samples: five hundred samples.
const PROFILE_TIME: Duration = Duration::from_secs(5);

/// Functions that each of them shows.
const PROFILE_ROWS: usize = 10;

/// Carries out `fabench run`.
pub(crate) fn run(
    config: &Config,
    arguments: &RunArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let outputs = Outputs::new(config, arguments.json.as_deref(), arguments.save.as_deref())?;
    let built = built(config, arguments)?;
    let mut executable = built.executable();
    if arguments.scale {
        executable = executable.environment(SCALE, "1");
    }
    let schemes = ["nats://", "tls://"];
    let places = ("--nats", secret::NATS);
    let example = "nats://127.0.0.1:4222";
    if let Some(url) = address::server(places, arguments.nats.as_ref(), &schemes, example)? {
        executable = executable.secret(NATS, url.reveal());
    }
    let executable = websocket::provide(executable, &arguments.websocket)?;
    let cancel = cancel_on_signal()?;
    let (executable, _server) = database::provide(executable, arguments, &cancel)?;
    let offer = offer(&executable, built.limits(), &cancel)?;
    let selected = selection::select(&offer.benchmarks, &arguments.selection)?;
    if arguments.list {
        screen.print(&match arguments.format {
            ListFormat::Terminal => selection::listing(&selected, screen.style()),
            ListFormat::Json => as_json(&selected)?,
        });
        return Ok(Exit::Pass);
    }
    let plan = plan::plan(selected.clone(), built.limits(), arguments);
    let mut run = measure(config, &executable, &offer, &plan, &cancel, screen);
    run.id = outputs.unused_id(&run.id);
    if arguments.record {
        past::record(config, &run, screen);
    }
    screen.print(&format!(
        "\n{}",
        run_table(&run, &arguments.table.layout(), screen.style())
    ));
    let outcomes = goals::evaluate(&config.goals, &run, &offer.benchmarks);
    screen.print(&goals::table(&outcomes, screen.style()));
    if arguments.record {
        tell_worse(config, &run, screen);
    }
    // Shown first: what was measured in minutes must not be lost to a full disk.
    outputs.save(&run, screen)?;
    if let Some(profiles) = arguments.profile
        && !cancel.is_cancelled()
    {
        let profiling = Profiling {
            executable: &executable,
            limits: built.limits(),
            kinds: profiles.kinds(),
            time: PROFILE_TIME,
            top: PROFILE_ROWS,
            folder: profile::folder_of_run(&config.results(), &run.id),
            cancel: &cancel,
            screen,
        };
        profiling.all(&selected)?;
    }
    if let Some(folder) = &arguments.histogram {
        draw(&run, folder, screen)?;
    }
    let verdict = run_verdict(&run, &outcomes, screen.style());
    screen.print(&format!("{verdict}\n"));
    let goal_missed = arguments.fail_on_goal && outcomes.iter().any(|outcome| !outcome.met);
    Ok(exit(&run, goal_missed))
}

/// What got worse within the last days, as the history has it.
fn tell_worse(config: &Config, run: &Run, screen: &Screen) {
    /// Most lines; `history trend` tells the rest.
    const MOST: usize = 5;
    let worse = past::worse_lately(config, run, screen);
    for (series, found) in worse.iter().take(MOST) {
        let said = printable(&since(found, &series.unit));
        screen.print(&format!(
            "{}: {}\n",
            printable(series.benchmark.as_str()),
            screen.style().notice(&said)
        ));
    }
    if worse.len() > MOST {
        screen.print(&format!("and {} more\n", worse.len() - MOST));
    }
}

fn built(config: &Config, arguments: &RunArguments) -> anyhow::Result<Built> {
    let built = match &arguments.suite {
        Some(path) => Built::executable_at(existing(path)?),
        None => build_suite(&config.root, config.suite()?)?,
    };
    Ok(built.within(config.memory_limit))
}

fn measure(
    config: &Config,
    executable: &Executable,
    offer: &Offer,
    plan: &Plan,
    cancel: &Cancel,
    screen: &Screen,
) -> Run {
    let started = Timestamp::now();
    let source = source_of(&config.root);
    let id = run_id(started, &source);
    let suite = &offer.hello.suite;
    let mut live = live::Writer::begin(config, &id, suite, &source, &offer.benchmarks);
    let probe = Probe::start();
    let bar = Bar::new(screen);
    let finished = runner::run(executable, plan, cancel, &mut |event| {
        bar.show(&event);
        live.show(&event);
    });
    bar.close();
    let mut benchmarks = finished.benchmarks;
    for benchmark in &mut benchmarks {
        benchmark.summary = summarize(benchmark);
    }
    Run {
        schema_version: SCHEMA_VERSION,
        id,
        started_at: started.to_string(),
        duration_ms: u64::try_from(finished.duration.as_millis()).unwrap_or(u64::MAX),
        tool: Tool {
            name: "fabench".into(),
            version: env!("CARGO_PKG_VERSION").into(),
        },
        method: Method {
            name: METHOD.0.into(),
            version: METHOD.1,
        },
        suite: Suite {
            name: offer.hello.suite.clone(),
            version: offer.hello.version.clone(),
        },
        source,
        environment: probe.finish(&offer.hello),
        settings: plan.settings(),
        completeness: finished.completeness,
        benchmarks,
    }
}

/// A picture for each benchmark and each category.
fn draw(run: &Run, folder: &Path, screen: &Screen) -> anyhow::Result<()> {
    let pictures = histograms(run);
    for picture in &pictures {
        write_text(&folder.join(&picture.path), &picture.svg)?;
    }
    let count = pictures.len();
    screen.print(&format!("drawn {count} pictures in {}\n", folder.display()));
    Ok(())
}

fn failed(run: &Run) -> impl Iterator<Item = &str> {
    let failed = run
        .benchmarks
        .iter()
        .filter(|benchmark| matches!(benchmark.outcome, Outcome::Failed { .. }));
    failed.map(|benchmark| benchmark.id.as_str())
}

fn exit(run: &Run, goal_missed: bool) -> Exit {
    if run.completeness == Completeness::Partial {
        Exit::Interrupted
    } else if failed(run).next().is_some() {
        Exit::Failed
    } else if goal_missed {
        Exit::Gate
    } else {
        Exit::Pass
    }
}
