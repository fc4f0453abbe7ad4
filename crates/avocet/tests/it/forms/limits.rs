//! Every limit of a form, at its value and above.

use avocet::serve::Limits;
use avocet::testing::{TestClient, TestForm};
use bytes::Bytes;

use super::{Pieces, app, by_hand, detail, send};

#[tokio::test]
async fn every_limit_holds_at_its_value_and_not_beyond() {
    let limits = Limits::default()
        .form_fields(3)
        .form_files(2)
        .form_text_bytes(20)
        .form_head_bytes(256);
    let client = TestClient::new(app(by_hand(), limits));
    let title = |extra: usize| {
        let mut fields = vec![("title", "Map")];
        fields.resize(extra + 1, ("x", ""));
        fields
    };
    let multipart = |fields: &[(&str, &str)]| {
        fields
            .iter()
            .fold(TestForm::new(), |form, (name, text)| form.text(name, text))
    };
    let many = TestClient::new(app(by_hand(), Limits::default().form_fields(3)));
    for (extra, status) in [(2, 200), (3, 400)] {
        let responses = [
            many.post("/orders").form(&title(extra)).send().await,
            many.post("/orders")
                .multipart(multipart(&title(extra)))
                .send()
                .await,
        ];
        for response in responses {
            assert_eq!(response.status(), status);
            if status == 400 {
                assert_eq!(
                    detail(response).await,
                    "Too many fields. Maximum number of fields is 3."
                );
            }
        }
    }
    for (length, status) in [(17, 200), (18, 413)] {
        let text = "t".repeat(length);
        let form = TestForm::new()
            .text("title", "Map")
            .text("free-text", &text);
        // `title=` and the text together, as sent.
        let urlencoded = format!("title={}", "t".repeat(length - 3));
        let request = client
            .post("/orders")
            .header("content-type", "application/x-www-form-urlencoded");
        for response in [
            client.post("/orders").multipart(form).send().await,
            request.body(urlencoded).send().await,
        ] {
            assert_eq!(response.status(), status);
            if status == 413 {
                assert!(detail(response).await.contains("20 bytes"));
            }
        }
    }
    for (count, status) in [(2, 200), (3, 400)] {
        let form = (0..count).fold(TestForm::new(), |form, _| form.file("file", "f", "", "x"));
        let response = client.post("/files").multipart(form).send().await;
        assert_eq!(response.status(), status);
        if status == 400 {
            assert_eq!(
                detail(response).await,
                "Too many files. Maximum number of files is 2."
            );
        }
    }
    // The head is everything between the line of the boundary and the empty line.
    let head = "Content-Disposition: form-data; name=file; filename=f\r\nX: ";
    for (length, status) in [(256, 200), (257, 400)] {
        let head = format!("{head}{}", "x".repeat(length - head.len()));
        let form = format!("--b\r\n{head}\r\n\r\nx\r\n--b--");
        for pieces in [form.len(), 1] {
            let pieces = form
                .as_bytes()
                .chunks(pieces)
                .map(Bytes::copy_from_slice)
                .collect();
            let service = app(by_hand(), Limits::default().form_head_bytes(256));
            let response = send(
                service,
                "/files",
                "multipart/form-data; boundary=b",
                Pieces { pieces, ends: true },
            )
            .await;
            assert_eq!(response.status(), status);
        }
    }
}

#[tokio::test]
async fn the_limit_of_the_body_counts_everything() {
    let form = TestForm::new().file("file", "a", "", "x".repeat(1000));
    let size = form.clone().into_bytes().len();
    for (limit, status) in [(size, 200), (size - 1, 413)] {
        let service = app(by_hand(), Limits::default().body_bytes(limit));
        let client = TestClient::new(service.clone());
        assert_eq!(
            client
                .post("/files")
                .multipart(form.clone())
                .send()
                .await
                .status(),
            status
        );
        let bytes = form.clone().into_bytes();
        let pieces = bytes.chunks(100).map(Bytes::copy_from_slice).collect();
        let response = send(
            service,
            "/files",
            &form.content_type(),
            Pieces { pieces, ends: true },
        )
        .await;
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn every_limit_of_a_form_is_counted_by_its_name() {
    let metrics = avocet::observe::Metrics::new();
    let own = avocet::operation::FormLimits::default().file_bytes(3);
    let mut routes = by_hand();
    routes.push(
        avocet::operation::Operation::post("/small")
            .form_limits(own)
            .handle(
                (avocet::extract::File::<avocet::extract::Upload>::new(
                    "file",
                ),),
                |(file,)| async move { file.size() },
            ),
    );
    let app = avocet::App::new("Counted", "1.0.0")
        .limits(Limits::default().form_text_bytes(20).form_head_bytes(256))
        .metrics(metrics.clone())
        .routes(routes);
    let client = TestClient::new(app.build().unwrap());
    let text = "t".repeat(30);
    let file = TestForm::new().file("file", "f", "", "four");
    let head = TestForm::new().file("file", &"f".repeat(300), "", "x");
    let urlencoded = client.post("/orders").form(&[("title", text.as_str())]);
    for (response, status) in [
        (client.post("/small").multipart(file).send().await, 413),
        (client.post("/files").multipart(head).send().await, 400),
        (
            client
                .post("/orders")
                .multipart(TestForm::new().text("title", &text))
                .send()
                .await,
            413,
        ),
        (urlencoded.send().await, 413),
    ] {
        assert_eq!(response.status(), status);
    }
    let text = metrics.render();
    for line in [
        "http_limits_hit_total{limit=\"form_file_bytes\"} 1\n",
        "http_limits_hit_total{limit=\"form_head_bytes\"} 1\n",
        "http_limits_hit_total{limit=\"form_text_bytes\"} 2\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!text.contains("limit=\"body_bytes\""), "{text}");
}
