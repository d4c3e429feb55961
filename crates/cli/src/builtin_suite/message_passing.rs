//! Work whose time is mostly waiting for another thread.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;

use fabench_harness::{Bencher, Failure, Stopwatch, ensure};

/// Messages of one iteration of `channel`.
const MESSAGES: u64 = 64;

pub(super) fn channel(b: &mut Bencher) -> Result<(), Failure> {
    let (to_echo, requests) = mpsc::channel::<u64>();
    let (to_us, replies) = mpsc::channel::<u64>();
    let echo = thread::spawn(move || {
        for number in requests {
            if to_us.send(number + 1).is_err() {
                return;
            }
        }
    });
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            for number in 0..MESSAGES {
                to_echo.send(number).map_err(|_| "the echo is gone")?;
            }
            for number in 0..MESSAGES {
                let reply = replies.recv().map_err(|_| "the echo is gone")?;
                ensure(reply == number + 1, || format!("{reply} came back"))?;
            }
        }
        Ok::<_, Failure>(watch.stop())
    })?;
    drop(to_echo);
    echo.join().map_err(|_| Failure::new("the echo panicked"))
}

pub(super) fn loopback(b: &mut Bencher) -> Result<(), Failure> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let echo = thread::spawn(move || -> std::io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        stream.set_nodelay(true)?;
        let mut bytes = [0; 64];
        while stream.read_exact(&mut bytes).is_ok() {
            stream.write_all(&bytes)?;
        }
        Ok(())
    });
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let sent = [7; 64];
    let mut received = [0; 64];
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations {
            stream.write_all(&sent)?;
            stream.read_exact(&mut received)?;
        }
        Ok::<_, Failure>(watch.stop())
    })?;
    ensure(received == sent, || "the echo differs")?;
    drop(stream);
    match echo.join() {
        Ok(ended) => Ok(ended?),
        Err(_) => Err(Failure::new("the echo panicked")),
    }
}
