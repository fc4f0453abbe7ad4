//! Temporary files: read completely, and deleted on every path.

use std::pin::Pin;
use std::time::Duration;

use avocet::Service;
use avocet::extract::{File, Upload};
use avocet::operation::Operation;
use avocet::serve::Limits;
use avocet::testing::{TestClient, TestForm};
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{Pieces, TEMPORARY_FILES, app, send};

/// Returns the number of temporary files that this process holds open, with or without a name.
#[cfg(target_os = "linux")]
fn temporary_files() -> usize {
    let links = std::fs::read_dir("/proc/self/fd")
        .unwrap()
        .filter_map(Result::ok);
    let targets = links.filter_map(|link| std::fs::read_link(link.path()).ok());
    targets
        .filter(|target| target.to_string_lossy().contains("avocet-upload-"))
        .count()
}

fn large() -> Vec<u8> {
    (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect()
}

fn spooling(handler: fn(Upload) -> Pin<Box<dyn Future<Output = Value> + Send>>) -> Service {
    let route = Operation::post("/large")
        .handle((File::<Upload>::new("file"),), move |(file,)| handler(file));
    app(vec![route], Limits::default().body_bytes(16 << 20))
}

#[tokio::test]
async fn a_large_file_is_read_whole_and_leaves_nothing() {
    let _one = TEMPORARY_FILES.lock().await;
    let directory = std::env::temp_dir().join(format!("avocet-test-saved-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    for service in [
        spooling(|file| {
            Box::pin(async move {
                #[cfg(target_os = "linux")]
                assert_eq!(temporary_files(), 1);
                json!(file.bytes().await.unwrap() == large())
            })
        }),
        spooling(|file| {
            Box::pin(async move {
                let mut reader = file.reader();
                let mut first = [0; 3];
                reader.read_exact(&mut first).await.unwrap();
                reader.rewind().await.unwrap();
                let mut all = Vec::new();
                reader.read_to_end(&mut all).await.unwrap();
                json!(first == [0, 1, 2] && all == large())
            })
        }),
        spooling(|file| {
            Box::pin(async move {
                let path = std::env::temp_dir()
                    .join(format!("avocet-test-saved-{}/file", std::process::id()));
                let size = file.save(&path).await.unwrap();
                json!(size == 3_000_000 && std::fs::read(path).unwrap() == large())
            })
        }),
    ] {
        let form = TestForm::new().file("file", "large.bin", "", large());
        let response = TestClient::new(service)
            .post("/large")
            .multipart(form)
            .send()
            .await;
        assert!(response.json::<bool>().await);
        #[cfg(target_os = "linux")]
        assert_eq!(temporary_files(), 0);
    }
    std::fs::remove_dir_all(directory).unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_client_that_leaves_in_the_middle_leaves_nothing() {
    let _one = TEMPORARY_FILES.lock().await;
    let service = spooling(|_| Box::pin(async { panic!("the form is not whole") }));
    let form = TestForm::new().file("file", "large.bin", "", large());
    let bytes = form.clone().into_bytes();
    let pieces = bytes[..2_500_000]
        .chunks(60_000)
        .map(Bytes::copy_from_slice)
        .collect();
    let content_type = form.content_type();
    let upload = send(
        service,
        "/large",
        &content_type,
        Pieces {
            pieces,
            ends: false,
        },
    );
    let mut upload = Box::pin(upload);
    // The handler waits for bytes that never arrive, with a temporary file open.
    while temporary_files() == 0 {
        tokio::select! {
            _ = &mut upload => panic!("answered"),
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
    }
    drop(upload);
    // A write in progress completes first.
    while temporary_files() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_form_that_is_rejected_leaves_nothing() {
    let _one = TEMPORARY_FILES.lock().await;
    let client = TestClient::new(spooling(|_| {
        Box::pin(async { panic!("the form is not good") })
    }));
    let form = TestForm::new().file("other", "large.bin", "", large());
    assert_eq!(
        client
            .post("/large")
            .multipart(form.clone())
            .send()
            .await
            .status(),
        422
    );
    assert_eq!(temporary_files(), 0);
    let cut = form.clone().into_bytes().slice(..2_900_000);
    let request = client
        .post("/large")
        .header("content-type", &form.content_type());
    assert_eq!(request.body(cut).send().await.status(), 400);
    assert_eq!(temporary_files(), 0);
}

/// An error of a disk that is not writable: here, its directory was deleted.
#[tokio::test]
async fn a_disk_that_cannot_be_written_is_an_error_of_the_server() {
    let directory = std::env::temp_dir().join(format!("avocet-test-gone-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let metrics = avocet::observe::Metrics::new();
    let route = Operation::post("/large")
        .handle((File::<Upload>::new("file"),), |(file,)| async move {
            json!(file.size())
        });
    let app = avocet::App::new("Full", "1.0.0")
        .limits(Limits::default().body_bytes(16 << 20))
        .metrics(metrics.clone())
        .upload_dir(&directory)
        .routes([route]);
    let client = TestClient::new(app.build().unwrap());
    let large = || TestForm::new().file("file", "f", "", large());
    let response = client.post("/large").multipart(large()).send().await;
    assert_eq!(response.status(), 200);
    assert_eq!(
        std::fs::read_dir(&directory).unwrap().count(),
        0,
        "it has no name"
    );
    std::fs::remove_dir(&directory).unwrap();
    let response = client.post("/large").multipart(large()).send().await;
    assert_eq!(response.status(), 500);
    let text = response.text().await;
    assert!(!text.contains("avocet-test-gone"), "{text}");
    drop(client);
    assert!(
        !metrics.render().contains("http_rejections_total{"),
        "{}",
        metrics.render()
    );
}

#[test]
fn an_upload_directory_that_is_missing_is_a_mistake_at_the_start() {
    let file = std::env::current_exe().unwrap();
    for directory in [std::path::Path::new("/nowhere/at/all"), &file] {
        let error = avocet::App::new("Missing", "1.0.0")
            .upload_dir(directory)
            .build();
        let error = error.unwrap_err().to_string();
        assert!(error.contains(&*directory.display().to_string()), "{error}");
    }
}
