//! A headless Chromium, steered over its DevTools WebSocket. Invariant: it ends with this value,
//! and its profile with it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// A busy machine takes its time to start a browser.
const PATIENCE: Duration = Duration::from_secs(60);

/// A headless browser showing one page.
pub(crate) struct Chromium {
    child: Child,
    devtools: WebSocketStream<TcpStream>,
    session: Option<String>,
    last_id: u64,
    /// Errors thrown by pages or logged by the browser.
    pub(crate) complaints: Vec<String>,
    /// Addresses that pages asked for, their own among them.
    #[allow(
        dead_code,
        reason = "the dashboard's tests look at it, the gateway's do not"
    )]
    pub(crate) requests: Vec<String>,
    _profile: TempDir,
}

/// The installed browser. Without one the test is skipped, or fails where servers are required.
fn executable() -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    let found = names.into_iter().map(str::to_owned).find(|name| {
        let version = Command::new(name)
            .arg("--version")
            .stderr(Stdio::null())
            .output();
        version.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        let required = std::env::var("FABENCH_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "FABENCH_REQUIRE_SERVERS=1, but there is no chromium"
        );
        eprintln!("skipped: no chromium on this machine (apt install chromium)");
    }
    found
}

impl Chromium {
    /// Starts a browser; `None` when there is none to start.
    pub(crate) async fn start() -> Option<Self> {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut child = Command::new(executable()?)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args(["--disable-background-networking", "--disable-dev-shm-usage"])
            .args(["--remote-debugging-port=0", "about:blank"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("chromium starts");
        let stderr = child.stderr.take().expect("piped");
        let (said, heard) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut said = Some(said);
            // Read to the end, so that the browser never waits for its log to be taken.
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some(url) = line.strip_prefix("DevTools listening on ")
                    && let Some(said) = said.take()
                {
                    let _ = said.send(url.to_owned());
                }
            }
        });
        let url = timeout(PATIENCE, heard)
            .await
            .expect("time")
            .expect("chromium says where");
        let authority = url
            .trim_start_matches("ws://")
            .split('/')
            .next()
            .expect("authority");
        let stream = TcpStream::connect(authority).await.expect("connect");
        let (devtools, _) = tokio_tungstenite::client_async(&url, stream)
            .await
            .expect("devtools upgrade");
        Some(Self {
            child,
            devtools,
            session: None,
            last_id: 0,
            complaints: Vec::new(),
            requests: Vec::new(),
            _profile: profile,
        })
    }

    /// Opens a page in a tab of its own, `width` x `height` CSS pixels.
    pub(crate) async fn open(&mut self, url: &str, width: u32, height: u32) {
        self.session = None;
        let target = self
            .call("Target.createTarget", json!({"url": "about:blank"}))
            .await;
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = self.call("Target.attachToTarget", attach).await;
        self.session = attached["sessionId"].as_str().map(str::to_owned);
        self.call("Runtime.enable", json!({})).await;
        self.call("Log.enable", json!({})).await;
        self.call("Network.enable", json!({})).await;
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600
        });
        self.call("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        self.call("Page.navigate", json!({"url": url})).await;
    }

    /// The value of a JavaScript expression.
    pub(crate) async fn eval(&mut self, expression: &str) -> Value {
        let params = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let result = self.call("Runtime.evaluate", params).await;
        assert!(
            result["exceptionDetails"].is_null(),
            "{expression}: {result}"
        );
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) async fn until(&mut self, expression: &str) {
        let start = Instant::now();
        while self.eval(expression).await != Value::Bool(true) {
            assert!(
                start.elapsed() < PATIENCE,
                "waited in vain for {expression}; complaints: {:?}",
                self.complaints
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Presses and releases a key.
    pub(crate) async fn press(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            self.call("Input.dispatchKeyEvent", json!({"type": kind, "key": key}))
                .await;
        }
    }

    /// Has the system say that its user likes dark pages.
    #[allow(
        dead_code,
        reason = "the gateway's tests look at it, the dashboard's do not"
    )]
    pub(crate) async fn prefer_dark(&mut self) {
        let wish = json!({"name": "prefers-color-scheme", "value": "dark"});
        self.call("Emulation.setEmulatedMedia", json!({"features": [wish]}))
            .await;
    }

    /// Writes a picture of the page, for people.
    pub(crate) async fn screenshot(&mut self, path: &std::path::Path) {
        let shot = self
            .call("Page.captureScreenshot", json!({"format": "png"}))
            .await;
        let data = shot["data"].as_str().expect("a picture");
        let bytes = data_encoding::BASE64
            .decode(data.as_bytes())
            .expect("base64");
        std::fs::write(path, bytes).expect("written");
    }

    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        let mut request = json!({"id": id, "method": method, "params": params});
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.devtools
            .send(Message::Text(request.to_string().into()))
            .await
            .expect("send");
        loop {
            let message = timeout(PATIENCE, self.devtools.next()).await.expect("time");
            let message = message.expect("open").expect("read");
            let Message::Text(text) = message else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text).expect("JSON");
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.note(&answer);
        }
    }

    fn note(&mut self, event: &Value) {
        let params = &event["params"];
        let complaint = match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => params["exceptionDetails"].to_string(),
            Some("Log.entryAdded") if params["entry"]["level"] == "error" => {
                params["entry"].to_string()
            }
            Some("Runtime.consoleAPICalled") if params["type"] == "error" => {
                params["args"].to_string()
            }
            Some("Network.requestWillBeSent") => {
                let url = params["request"]["url"].as_str();
                self.requests.extend(url.map(str::to_owned));
                return;
            }
            _ => return,
        };
        self.complaints.push(complaint);
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
