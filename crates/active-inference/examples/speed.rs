//! Measures the speed table: CPU time of one full step (infer states, evaluate policies, choose) per model, private
//! state, creation, and the batch rate.
//!
//! `cargo run --release -p active-inference --example speed [-- --quick] [--json] [--export FOLDER]`. Each model acts as
//! its own world; the play is recorded first, so that only the agent is timed. A figure is the median over rounds of the
//! least CPU time of a batch of steps: other processes can only raise it. `--export` writes the models with their
//! observations for other people's systems (peers/inference) and measures nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use active_inference::{Agent, Batch, Error, Model, ModelDocument, Real, Workspace, models};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;

type Failure = Box<dyn std::error::Error>;

/// Observations recorded per model.
const PLAYED: usize = 256;
/// Agents of the batch row.
const BATCH: usize = 100_000;

/// How long to measure.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    batches: usize,
    batch: Duration,
}

/// What to do.
struct Options {
    effort: Effort,
    json: bool,
    export: Option<String>,
}

impl Options {
    fn parse() -> Self {
        let args: Vec<String> = std::env::args().skip(1).collect();
        let has = |name: &str| args.iter().any(|a| a == name);
        let effort = if has("--quick") {
            Effort {
                rounds: 3,
                batches: 5,
                batch: Duration::from_millis(2),
            }
        } else {
            Effort {
                rounds: 9,
                batches: 20,
                batch: Duration::from_millis(4),
            }
        };
        let export = args
            .iter()
            .position(|a| a == "--export")
            .and_then(|i| args.get(i + 1))
            .cloned();
        Self {
            effort,
            json: has("--json"),
            export,
        }
    }

    fn print(&self, name: &str, value: f64, unit: &str, reach: &str) {
        if self.json {
            println!("{}", json!({"model": name, unit: value, "reach": reach}));
        } else {
            println!("{name:<30} {value:>12.3} {unit:<16} reach {reach}");
        }
    }
}

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    row(
        &options,
        "explorer_5x5_len1",
        "1",
        models::grid_explorer::<f64>(5, 5)?,
    )?;
    row(
        &options,
        "informative_5x5_len1",
        "1",
        models::informative_explorer::<f64>(5, 5, 1)?,
    )?;
    row(
        &options,
        "explorer_10x10_len1",
        "3",
        models::grid_explorer::<f64>(10, 10)?,
    )?;
    row(
        &options,
        "informative_10x10_len1",
        "3",
        models::informative_explorer::<f64>(10, 10, 1)?,
    )?;
    row(
        &options,
        "informative_10x10_len3",
        "60",
        models::informative_explorer::<f64>(10, 10, 3)?,
    )?;
    row(&options, "tmaze_len2", "4", models::tmaze::<f64>()?)?;
    row(
        &options,
        "dense_100_5_actions",
        "40",
        models::dense::<f64>(100, 5, 1)?,
    )?;
    row(
        &options,
        "three_factors_len3",
        "100",
        models::three_factors::<f64>(3, 1)?,
    )?;
    if options.export.is_some() {
        return Ok(());
    }
    row(
        &options,
        "informative_10x10_len1_f32",
        "3",
        models::informative_explorer::<f32>(10, 10, 1)?,
    )?;
    let (f32_model, f64_model) = (
        models::grid_explorer::<f32>(10, 10)?,
        models::grid_explorer::<f64>(10, 10)?,
    );
    let (f32_model, f64_model) = (Arc::new(f32_model), Arc::new(f64_model));
    options.print(
        "creation_f64",
        creation(options.effort, &f64_model),
        "microseconds",
        "1",
    );
    let bytes = [
        Agent::new(f32_model).private_bytes(),
        Agent::new(f64_model).private_bytes(),
    ];
    options.print("private_state_10x10_f32", bytes[0] as f64, "bytes", "500");
    options.print("private_state_10x10_f64", bytes[1] as f64, "bytes", "900");
    let model = Arc::new(models::informative_explorer::<f32>(10, 10, 1)?);
    let (wall, cpu) = batch(options.effort, &model)?;
    options.print("batch_100000_f32_wall", wall, "steps_per_s", "1200000");
    options.print(
        "batch_100000_f32_cpu_one_core",
        cpu,
        "steps_per_s",
        "600000",
    );
    Ok(())
}

/// Measures or exports one model.
fn row<T: Real>(
    options: &Options,
    name: &str,
    reach: &str,
    model: Model<T>,
) -> Result<(), Failure> {
    let model = Arc::new(model);
    let observations = play(&model)?;
    match &options.export {
        Some(folder) => {
            let mut document = ModelDocument::from(&*model);
            name.clone_into(&mut document.name);
            let mut value = serde_json::to_value(&document)?;
            value["observations"] = json!(observations);
            std::fs::create_dir_all(folder)?;
            std::fs::write(
                Path::new(folder).join(format!("{name}.json")),
                serde_json::to_vec(&value)?,
            )?;
        }
        None => options.print(
            name,
            step(options.effort, &model, &observations)?,
            "microseconds",
            reach,
        ),
    }
    Ok(())
}

/// The model as its own world, with an agent acting in it; returns what the agent saw.
fn play<T: Real>(model: &Arc<Model<T>>) -> Result<Vec<Vec<usize>>, Error> {
    let mut world = World::new(model);
    let mut agent = Agent::new(Arc::clone(model));
    let mut workspace = Workspace::for_model(model);
    (0..PLAYED)
        .map(|_| {
            let observation = world.observe();
            world.act(agent.step(&mut workspace, &observation)?);
            Ok(observation)
        })
        .collect()
}

/// Median over rounds of the least time, microseconds per call of `work`.
fn least(effort: Effort, mut work: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let start = Instant::now();
    let mut calls = 0u32;
    while start.elapsed() < effort.batch {
        work()?;
        calls += 1;
    }
    let mut rounds = Vec::with_capacity(effort.rounds);
    for _ in 0..effort.rounds {
        let mut best = f64::INFINITY;
        for _ in 0..effort.batches {
            let before = thread_cpu();
            for _ in 0..calls {
                work()?;
            }
            best = best.min((thread_cpu() - before).as_secs_f64() * 1e6 / f64::from(calls));
        }
        rounds.push(best);
    }
    rounds.sort_by(f64::total_cmp);
    Ok(rounds[rounds.len() / 2])
}

fn step<T: Real>(
    effort: Effort,
    model: &Arc<Model<T>>,
    observations: &[Vec<usize>],
) -> Result<f64, Error> {
    let mut agent = Agent::new(Arc::clone(model));
    let mut workspace = Workspace::for_model(model);
    let mut next = 0;
    least(effort, || {
        std::hint::black_box(agent.step(&mut workspace, &observations[next])?);
        next = (next + 1) % observations.len();
        Ok(())
    })
}

fn creation<T: Real>(effort: Effort, model: &Arc<Model<T>>) -> f64 {
    let created = least(effort, || {
        std::hint::black_box(Agent::new(Arc::clone(model)));
        Ok(())
    });
    created.unwrap_or(f64::NAN)
}

/// Agent-steps per second of a batch on all cores (best wall time of a step), and per second of CPU time spent.
fn batch<T: Real>(effort: Effort, model: &Arc<Model<T>>) -> Result<(f64, f64), Error> {
    let mut batch = Batch::new(Arc::clone(model), BATCH)?;
    let mut actions = vec![0; BATCH];
    let observations: Vec<usize> = (0..BATCH).map(|i| i % model.num_obs()[0]).collect();
    let (mut wall, mut cpu) = (f64::INFINITY, f64::INFINITY);
    batch.step(&observations, &mut actions)?;
    for _ in 0..effort.rounds * 3 {
        let (start, before) = (Instant::now(), clock(ClockId::ProcessCPUTime));
        batch.step(&observations, &mut actions)?;
        wall = wall.min(start.elapsed().as_secs_f64());
        cpu = cpu.min((clock(ClockId::ProcessCPUTime) - before).as_secs_f64());
    }
    Ok((BATCH as f64 / wall, BATCH as f64 / cpu))
}

/// CPU time of this thread.
fn thread_cpu() -> Duration {
    clock(ClockId::ThreadCPUTime)
}

fn clock(id: ClockId) -> Duration {
    let t = clock_gettime(id);
    Duration::new(t.tv_sec.unsigned_abs(), t.tv_nsec as u32)
}

/// A generative process drawn from the model itself.
struct World {
    a: Vec<active_inference::Tensor>,
    b: Vec<active_inference::Tensor>,
    state: Vec<usize>,
    rng: u64,
}

impl World {
    fn new<T: Real>(model: &Model<T>) -> Self {
        let mut world = Self {
            a: (0..).map_while(|m| model.likelihood(m)).collect(),
            b: (0..).map_while(|f| model.transition(f)).collect(),
            state: Vec::new(),
            rng: 42,
        };
        for f in 0..model.num_states().len() {
            let d: Vec<f64> = model
                .initial(f)
                .unwrap_or(&[])
                .iter()
                .map(|p| p.to_f64())
                .collect();
            let state = world.draw(&d);
            world.state.push(state);
        }
        world
    }

    fn draw(&mut self, p: &[f64]) -> usize {
        self.rng = self
            .rng
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut left = (self.rng >> 11) as f64 / (1u64 << 53) as f64;
        p.iter()
            .position(|p| {
                left -= p;
                left < 0.0
            })
            .unwrap_or(p.len() - 1)
    }

    fn observe(&mut self) -> Vec<usize> {
        (0..self.a.len())
            .map(|m| {
                let column = self.column(&self.a[m], &self.state);
                self.draw(&column)
            })
            .collect()
    }

    fn act(&mut self, actions: &[usize]) {
        for (f, u) in actions.iter().enumerate() {
            let column = self.column(&self.b[f], &[self.state[f], *u]);
            self.state[f] = self.draw(&column);
        }
    }

    fn column(&self, t: &active_inference::Tensor, at: &[usize]) -> Vec<f64> {
        (0..t.shape[0])
            .map(|i| {
                let index: Vec<usize> = std::iter::once(i).chain(at.iter().copied()).collect();
                t.at(&index).unwrap_or(0.0)
            })
            .collect()
    }
}
