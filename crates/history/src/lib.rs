//! Append and query runs. The only user of SQL on the side of fabench.
