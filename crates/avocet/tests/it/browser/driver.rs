//! `chromedriver` with one session: processes, and the W3C `WebDriver` protocol, which is HTTP and JSON.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs, io, process};

use serde_json::{Value, json};

/// A session. Dropping it closes the browser, ends the driver and removes the profile.
pub(super) struct Driver {
    process: Child,
    port: u16,
    session: String,
    profile: PathBuf,
}

impl Driver {
    /// Starts the driver and its browser; `Err` names the one that is not installed.
    pub(super) fn start() -> Result<Self, String> {
        let command = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut process = match command {
            Ok(process) => process,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err("chromedriver is missing".to_owned());
            }
            Err(error) => panic!("chromedriver does not start: {error}"),
        };
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let profile = env::temp_dir().join(format!("avocet-browser-{}-{}", process::id(), count()));
        // From here on a panic also ends the process.
        let mut driver = Self {
            process,
            port: 0,
            session: String::new(),
            profile,
        };
        driver.port = output
            .lines()
            .map_while(Result::ok)
            .find_map(|line| port(&line))
            .expect("a port");
        let response = driver.call("POST", "/session", Some(&driver.capabilities()));
        match response["sessionId"].as_str() {
            Some(session) => session.clone_into(&mut driver.session),
            None if response["message"]
                .as_str()
                .is_some_and(|it| it.contains("cannot find")) =>
            {
                return Err("chromium is missing".to_owned());
            }
            None => panic!("no session: {response}"),
        }
        Ok(driver)
    }

    fn capabilities(&self) -> Value {
        let profile = format!("--user-data-dir={}", self.profile.display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--window-size=1280,1000",
            &profile,
        ];
        json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
        }}})
    }

    /// Sends a command of the session; `Err` is the driver's error message.
    pub(super) fn command(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let body = (method != "GET").then_some(body);
        let response = self.call(method, &format!("/session/{}{path}", self.session), body);
        match response.get("error") {
            Some(error) => Err(format!("{error}: {}", response["message"])),
            None => Ok(response),
        }
    }

    fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        self.exchange(method, path, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends one request, and returns the response's `value`.
    fn exchange(&self, method: &str, path: &str, body: Option<&Value>) -> io::Result<Value> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\ncontent-length: {length}\r\n\r\n",
            self.port
        );
        stream.write_all((head + &body).as_bytes())?;

        let mut response = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            response.read_line(&mut line)?;
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut text = vec![0; length];
        response.read_exact(&mut text)?;
        Ok(serde_json::from_slice::<Value>(&text)?["value"].take())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Errors at the end cannot be reported. The browser is the driver's child: it would outlive a driver that is killed before it
        // closes the browser.
        if !self.session.is_empty() {
            let _ = self.exchange("DELETE", &format!("/session/{}", self.session), None);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}

/// Parses the port in "`ChromeDriver` was started successfully on port 1234."
fn port(line: &str) -> Option<u16> {
    line.split_once("successfully on port ")?
        .1
        .trim_end_matches('.')
        .parse()
        .ok()
}

fn count() -> u32 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}
