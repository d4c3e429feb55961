//! This program again, as the process at the other end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use crate::Outcome;

/// Ends with this value.
pub(crate) struct Other(Child);

impl Other {
    /// Starts it and waits until it has said a line.
    pub(crate) fn start(role: &str, url: &str) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([role, url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let other = Self(child);
        let read = BufReader::new(output).read_line(&mut String::new())?;
        if read == 0 {
            return Err("the other process ended at once".into());
        }
        Ok(other)
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Says that all is ready, then waits until nobody needs this process any more.
pub(crate) fn serve() -> Outcome<()> {
    println!("ready");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
