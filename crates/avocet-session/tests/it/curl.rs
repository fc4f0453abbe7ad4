//! A client with a cookie jar, on a loopback address without TLS.

use std::future::pending;
use std::path::Path;

use avocet::serve::Shutdown;
use avocet_session::Sessions;
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::app::{Parts, stored};

/// Runs `curl` with a cookie jar, and returns the body of the response.
async fn curl(jar: &Path, arguments: &[&str]) -> String {
    let output = Command::new("curl")
        .args(["--silent", "--show-error", "--cookie"])
        .args([jar, Path::new("--cookie-jar"), jar])
        .args(arguments)
        .output()
        .await
        .expect("curl is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// Serves the application, and returns its base URL.
async fn serve(sessions: Sessions) -> String {
    let service = sessions
        .around(Parts::default().app())
        .build()
        .expect("it builds");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(service.serve_on(listener, Shutdown::when(pending())));
    url
}

#[tokio::test]
async fn a_secure_cookie_works_on_a_loopback_address_without_tls() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, sessions) in [
        ("__Host-session", stored()),
        ("session", stored().insecure_for_development()),
    ] {
        let url = serve(sessions).await;
        let jar = directory.path().join(name);
        let write = format!("{url}/values/key?value=a");
        curl(&jar, &["--request", "PUT", &write]).await;
        let kept = std::fs::read_to_string(&jar).expect("a jar");
        assert!(kept.contains(name), "{kept}");
        let read = format!("{url}/values/key");
        assert_eq!(curl(&jar, &[&read]).await, "\"a\"");

        let token = curl(&jar, &[&format!("{url}/form")]).await;
        let field = format!("csrf_token={token}");
        let form = format!("{url}/form");
        let sent = curl(&jar, &["--data", &field, "--data", "text=a", &form]).await;
        assert_eq!(sent, "\"a true\"");
        let evil = [
            "--header",
            "origin: https://evil.example",
            "--data",
            &field,
            &form,
        ];
        assert!(curl(&jar, &evil).await.contains("another origin"));

        curl(&jar, &["--request", "DELETE", &format!("{url}/session")]).await;
        let kept = std::fs::read_to_string(&jar).expect("a jar");
        assert!(!kept.contains("session"), "{kept}");
    }
}
