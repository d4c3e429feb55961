//! Discrete-POMDP active inference: model, beliefs, planning, learning. Pure computation.
