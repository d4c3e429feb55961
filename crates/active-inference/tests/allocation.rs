//! A steady-state step allocates nothing, whatever the algorithm and the number type.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use active_inference::{
    Agent, Algorithm, Model, ModelDocument, Real, Sampling, Selection, Settings, Workspace, models,
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on unchanged to the system allocator; counting touches only a thread-local cell that
// needs neither allocation nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|n| n.set(n.get() + 1));
        // SAFETY: the caller's promises about `layout` are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this `layout`, as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

fn steady<T: Real>(name: &str, model: Model<T>) {
    let model = Arc::new(model);
    let mut workspace = Workspace::for_model(&model);
    let mut agents = [0, 1].map(|seed| Agent::with_seed(Arc::clone(&model), seed));
    let observation: Vec<usize> = model.num_obs().iter().map(|n| n - 1).collect();
    let mut steps = |n: usize| {
        for _ in 0..n {
            for agent in &mut agents {
                agent.step(&mut workspace, &observation).expect("a step");
            }
        }
    };
    // The window of message passing grows with the first observations.
    steps(8);
    assert_eq!(count(|| steps(50)), 0, "{name}");
}

#[test]
fn a_steady_step_allocates_nothing() {
    steady(
        "explorer f32",
        models::informative_explorer::<f32>(10, 10, 2).expect("a model"),
    );
    steady(
        "original explorer",
        models::grid_explorer::<f64>(5, 5).expect("a model"),
    );
    steady("T-maze", models::tmaze::<f64>().expect("a model"));
    steady("dense", models::dense::<f64>(20, 3, 1).expect("a model"));
    steady(
        "three factors",
        models::three_factors::<f64>(2, 1).expect("a model"),
    );
    let document = ModelDocument::from(&models::three_factors::<f64>(1, 1).expect("a model"));
    let variants = [
        Settings {
            algorithm: Algorithm::MarginalMessagePassing,
            inference_horizon: 3,
            ..Settings::default()
        },
        Settings {
            action_selection: Selection::Stochastic,
            ..Settings::default()
        },
        Settings {
            action_selection: Selection::Stochastic,
            sampling_mode: Sampling::Full,
            ..Settings::default()
        },
    ];
    for settings in variants {
        let name = format!("{settings:?}");
        let builder = document.builder().expect("a document").settings(settings);
        steady(&name, builder.build::<f64>().expect("a model"));
    }
}

#[test]
fn an_agent_is_one_small_allocation() {
    let model = Arc::new(models::grid_explorer::<f32>(10, 10).expect("a model"));
    let mut agent = None;
    assert_eq!(count(|| agent = Some(Agent::new(Arc::clone(&model)))), 1);
    let bytes = agent.map(|a| a.private_bytes()).unwrap_or(usize::MAX);
    assert!(bytes <= 500, "{bytes} bytes in f32");
    let model = Arc::new(models::grid_explorer::<f64>(10, 10).expect("a model"));
    let bytes = Agent::new(model).private_bytes();
    assert!(bytes <= 900, "{bytes} bytes in f64");
}
