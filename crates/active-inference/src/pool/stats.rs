//! What a pool has done and holds.

/// Counters of a pool since it was made. Read one by one while other threads go on, they may be a few operations apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolStats {
    /// Acquisitions served from memory the pool held.
    pub hits: u64,
    /// Acquisitions that allocated.
    pub misses: u64,
    /// Those misses that found all slots in use: their memory is not kept.
    pub overflows: u64,
    /// Slots whose matrix is handed out now.
    pub in_use: usize,
    /// Matrices the pool may hold.
    pub capacity: usize,
    /// Bytes of all matrices the pool holds, handed out or not; overflows are not the pool's.
    pub bytes_held: usize,
}
