//! The decision of fabench, pure: estimate, compare, judge. No I/O, no clock, every draw seeded.
