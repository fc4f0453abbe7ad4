//! Forms and files: what is taken, what is refused, what is documented, and what is left behind.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use avocet::Service;
use avocet::extract::{Body as JsonBody, File, Form, Upload};
use avocet::operation::{Operation, Route};
use avocet::prelude::*;
use avocet::read::Number::Integer;
use avocet::rules::{Ge, Le, MaxItems, MaxLength, MinLength, Rules};
use avocet::serve::Limits;
use avocet::testing::{TestAnswer, TestClient, TestForm};
use bytes::Bytes;
use http_body::{Body, Frame};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::sync::Mutex;
use tower_service::Service as _;

/// The tests that look at the process' open files, or open some, come one after another.
static TEMPORARY_FILES: Mutex<()> = Mutex::const_new(());

static TITLE: Rules = Rules::own(&[&MinLength(2)]);
static COPIES: Rules = Rules::own(&[&Ge(Integer(1)), &Le(Integer(50))]);
static NAME: Rules = Rules::own(&[&MaxLength(10)]);
static FEW: Rules = Rules::own(&[&MaxItems(2)]);

#[model]
enum Paper {
    A3,
    A4,
}

fn by_hand() -> Vec<Route> {
    let orders = Operation::post("/orders").id("order_prints").handle(
        (
            Form::<String>::new("title").rules(&TITLE),
            Form::<u32>::new("copies").rules(&COPIES).default(|| 1),
            Form::<bool>::new("colour").default(|| false),
            Form::<Vec<Paper>>::new("sizes").default(|| vec![Paper::A4]),
            Form::<Option<String>>::new("free-text").aliases(&["remark"]),
        ),
        |(title, copies, colour, sizes, remark)| async move {
            json!({"title": title, "copies": copies, "colour": colour, "sizes": sizes, "remark": remark})
        },
    );
    let files = Operation::post("/files").id("upload_file").handle(
        (File::<Upload>::new("file").description("Any."),),
        |(file,)| async move {
            let (raw, kind) = (
                file.raw_file_name().to_owned(),
                file.content_type().map(str::to_owned),
            );
            let bytes = file.bytes().await?;
            Ok::<_, HttpError>(json!({"filename": raw, "content_type": kind, "size": bytes.len()}))
        },
    );
    let albums = Operation::post("/albums").id("upload_album").handle(
        (
            Form::<String>::new("name").rules(&NAME),
            File::<Vec<Upload>>::new("pages").rules(&FEW),
            File::<Option<Upload>>::new("cover"),
            File::<Bytes>::new("notes").default(Bytes::new),
        ),
        |(name, pages, cover, notes)| async move {
            let pages: Vec<_> = pages.iter().map(|page| json!([page.raw_file_name(), page.size()])).collect();
            json!({"name": name, "pages": pages, "cover": cover.map(|it| it.file_name()), "notes": notes.len()})
        },
    );
    vec![orders, files, albums]
}

#[post("/orders")]
async fn order_prints(
    #[form(min_length = 2)] title: String,
    #[form(ge = 1, le = 50, default = 1)] copies: u32,
    #[form(default = false)] colour: bool,
    #[form(default = vec![Paper::A4])] sizes: Vec<Paper>,
    #[form(rename = "free-text", alias = "remark")] remark: Option<String>,
) -> Value {
    json!({"title": title, "copies": copies, "colour": colour, "sizes": sizes, "remark": remark})
}

#[post("/files")]
async fn upload_file(
    /// Any.
    #[file]
    file: Upload,
) -> Result<Value, HttpError> {
    let (raw, kind) = (
        file.raw_file_name().to_owned(),
        file.content_type().map(str::to_owned),
    );
    let bytes = file.bytes().await?;
    Ok(json!({"filename": raw, "content_type": kind, "size": bytes.len()}))
}

#[post("/albums")]
async fn upload_album(
    #[file(max_items = 2)] pages: Vec<Upload>,
    #[file] cover: Option<Upload>,
    #[form(max_length = 10)] name: String,
    #[file(default = Bytes::new())] notes: Bytes,
) -> Value {
    let pages: Vec<_> = pages
        .iter()
        .map(|page| json!([page.raw_file_name(), page.size()]))
        .collect();
    json!({"name": name, "pages": pages, "cover": cover.map(|it| it.file_name()), "notes": notes.len()})
}

fn app(routes: Vec<Route>, limits: Limits) -> Service {
    App::new("Print shop", "1.0.0")
        .limits(limits)
        .routes(routes)
        .build()
        .unwrap()
}

/// The same application twice: by hand and by macros.
fn clients() -> [TestClient; 2] {
    let macros =
        App::new("Print shop", "1.0.0").routes(routes![order_prints, upload_file, upload_album]);
    [app(by_hand(), Limits::default()), macros.build().unwrap()].map(TestClient::new)
}

async fn problems(answer: TestAnswer) -> Vec<(String, Value)> {
    assert_eq!(answer.status(), 422);
    let problem = |problem: &Value| {
        (
            problem["type"].as_str().unwrap().to_owned(),
            problem["loc"].clone(),
        )
    };
    answer.json::<Value>().await["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(problem)
        .collect()
}

async fn detail(answer: TestAnswer) -> String {
    answer.json::<Value>().await["detail"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn fields_are_converted_and_default() {
    for client in clients() {
        let all = [
            ("title", "Map"),
            ("copies", " 3 "),
            ("colour", "on"),
            ("sizes", "A3"),
            ("sizes", "A4"),
            ("free-text", "A & ü"),
        ];
        let expected = json!({"title": "Map", "copies": 3, "colour": true, "sizes": ["A3", "A4"], "remark": "A & ü"});
        let answer = client.post("/orders").form(&all).send().await;
        assert_eq!(answer.json::<Value>().await, expected);
        let multipart = all
            .iter()
            .fold(TestForm::new(), |form, (name, text)| form.text(name, text));
        let answer = client.post("/orders").multipart(multipart).send().await;
        assert_eq!(answer.json::<Value>().await, expected);

        let defaults =
            json!({"title": "Map", "copies": 1, "colour": false, "sizes": ["A4"], "remark": null});
        for fields in [
            &[("title", "Map")][..],
            &[
                ("title", "Map"),
                ("copies", ""),
                ("free-text", ""),
                ("unknown", "x"),
            ],
            &[
                ("title", "x"),
                ("title", "Map"),
                ("copies", "7"),
                ("copies", ""),
            ],
        ] {
            let answer = client.post("/orders").form(fields).send().await;
            assert_eq!(answer.json::<Value>().await, defaults);
        }
        let answer = client
            .post("/orders")
            .form(&[("title", "Map"), ("remark", "r")])
            .send()
            .await;
        assert_eq!(answer.json::<Value>().await["remark"], "r");
    }
}

#[tokio::test]
async fn problems_stand_at_their_fields() {
    for client in clients() {
        let missing = vec![("missing".to_owned(), json!(["body", "title"]))];
        assert_eq!(problems(client.post("/orders").send().await).await, missing);
        for fields in [&[("copies", "2")][..], &[("title", "")], &[]] {
            assert_eq!(
                problems(client.post("/orders").form(fields).send().await).await,
                missing
            );
        }
        let wrong = [
            ("title", "M"),
            ("copies", "51"),
            ("colour", "blue"),
            ("sizes", "A4"),
            ("sizes", "A5"),
            ("sizes", ""),
        ];
        let found = problems(client.post("/orders").form(&wrong).send().await).await;
        let expected = [
            ("string_too_short", json!(["body", "title"])),
            ("less_than_equal", json!(["body", "copies"])),
            ("bool_parsing", json!(["body", "colour"])),
            ("enum", json!(["body", "sizes", 1])),
            ("enum", json!(["body", "sizes", 2])),
        ];
        assert_eq!(
            found,
            expected.map(|(kind, place)| (kind.to_owned(), place))
        );
    }
}

#[tokio::test]
async fn files_arrive_with_their_names_and_types() {
    for client in clients() {
        for (name, kind, content) in [
            ("a.txt", "text/plain", &b"hello"[..]),
            ("ü b.bin", "application/x-thing", b"\0\x01\x02\xff"),
            ("a", "", b"\r\n--avocet-test-form-0b5f8"),
            ("empty.txt", "text/plain", b""),
        ] {
            let form = TestForm::new().file("file", name, kind, content);
            let answer = client.post("/files").multipart(form).send().await;
            let kind = if kind.is_empty() {
                Value::Null
            } else {
                kind.into()
            };
            let expected = json!({"filename": name, "content_type": kind, "size": content.len()});
            assert_eq!(answer.json::<Value>().await, expected);
        }
        let form = TestForm::new()
            .text("name", "Trip")
            .file("pages", "1.png", "image/png", "abc")
            .file("cover", "../c.png", "image/png", "c")
            .file("notes", "n.txt", "text/plain", "note")
            .file("pages", "2.png", "image/png", "abcdef");
        let answer = client.post("/albums").multipart(form).send().await;
        let expected = json!({"name": "Trip", "pages": [["1.png", 3], ["2.png", 6]], "cover": "c.png", "notes": 4});
        assert_eq!(answer.json::<Value>().await, expected);
        // A file input in which nothing was chosen.
        let form = TestForm::new()
            .text("name", "Trip")
            .file("pages", "1.png", "", "abc")
            .file("cover", "", "application/octet-stream", "");
        let answer = client.post("/albums").multipart(form).send().await;
        let expected = json!({"name": "Trip", "pages": [["1.png", 3]], "cover": null, "notes": 0});
        assert_eq!(answer.json::<Value>().await, expected);
    }
}

#[tokio::test]
async fn text_is_no_file_and_a_file_is_no_text() {
    for client in clients() {
        let one = |kind: &str, place: Value| vec![(kind.to_owned(), place)];
        let missing = TestForm::new().text("other", "x");
        let answer = client.post("/files").multipart(missing).send().await;
        assert_eq!(
            problems(answer).await,
            one("missing", json!(["body", "file"]))
        );
        assert_eq!(
            problems(client.post("/files").send().await).await,
            one("missing", json!(["body", "file"]))
        );
        let text = TestForm::new().text("file", "just text");
        let answer = client.post("/files").multipart(text).send().await;
        assert_eq!(
            problems(answer).await,
            one("file_expected", json!(["body", "file"]))
        );
        let mixed = TestForm::new()
            .file("pages", "1", "", "a")
            .text("pages", "secret")
            .file("name", "n", "", "a");
        let answer = client.post("/albums").multipart(mixed).send().await;
        let mut found = problems(answer).await;
        found.sort_by_key(|(kind, _)| kind.clone());
        let expected = [
            one("file_expected", json!(["body", "pages", 1])),
            one("text_expected", json!(["body", "name"])),
        ];
        assert_eq!(found, expected.concat());
        let many = TestForm::new()
            .text("name", "n")
            .file("pages", "1", "", "a")
            .file("pages", "2", "", "a")
            .file("pages", "3", "", "a");
        let answer = client.post("/albums").multipart(many).send().await;
        assert_eq!(
            problems(answer).await,
            one("too_long", json!(["body", "pages"]))
        );
    }
}

#[tokio::test]
async fn another_content_type_is_refused() {
    for client in clients() {
        for (path, request) in [
            (
                "/orders",
                client.post("/orders").json(&json!({"title": "Map"})),
            ),
            ("/orders", client.post("/orders").body("title=Map")),
            ("/files", client.post("/files").form(&[("file", "a.txt")])),
            ("/albums", client.post("/albums").form(&[("name", "Trip")])),
        ] {
            let answer = request.send().await;
            assert_eq!(answer.status(), 415, "{path}");
            assert!(detail(answer).await.contains("multipart/form-data"));
        }
    }
}

#[tokio::test]
async fn a_malformed_form_is_refused() {
    let [client, _] = clients();
    let part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhel";
    let head = |head: &str| format!("--b\r\n{head}\r\n\r\nx\r\n--b--");
    for (boundary, body) in [
        ("", "--x\r\n\r\n--x--".to_owned()),
        ("; boundary=b", part.to_owned()),
        ("; boundary=b", format!("{part}\r\n--b")),
        ("; boundary=b", format!("{part}\r\n--b-")),
        ("; boundary=b", format!("{part}\r\n--bx\r\n")),
        ("; boundary=b", format!("{part}\r\n--b  \rx")),
        ("; boundary=b", "x".to_owned()),
        (
            "; boundary=b",
            format!("{}\r\n{part}\r\n--b--", "p".repeat(5000)),
        ),
        (
            "; boundary=b",
            format!("{part}\r\n--b--{}", "e".repeat(5000)),
        ),
        ("; boundary=b", head("Content-Type: text/plain")),
        ("; boundary=b", head("")),
        (
            "; boundary=b",
            head(&format!(
                "Content-Disposition: form-data; name={}",
                "n".repeat(300)
            )),
        ),
        (
            "; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n".to_owned(),
        ),
    ] {
        let content_type = format!("multipart/form-data{boundary}");
        let request = client
            .post("/files")
            .header("content-type", &content_type)
            .body(body.clone());
        let answer = request.send().await;
        assert_eq!(answer.status(), 400, "{body:?}");
        assert!(detail(answer).await.contains("multipart"), "{body:?}");
    }
    let boundary = "b".repeat(71);
    let content_type = format!("multipart/form-data; boundary={boundary}");
    let body = format!("--{boundary}--");
    assert_eq!(
        client
            .post("/files")
            .header("content-type", &content_type)
            .body(body)
            .send()
            .await
            .status(),
        400
    );
    let mut text =
        b"--b\r\nContent-Disposition: form-data; name=title\r\n\r\n\xff\r\n--b--".to_vec();
    let request = client
        .post("/orders")
        .header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(request.body(text.clone()).send().await.status(), 400);
    // The same form is good with text in it, with blanks behind a boundary and something around.
    let position = text.iter().position(|byte| *byte == 0xff).unwrap();
    text.splice(position..=position, *b"Map");
    text.splice(3..3, *b"\t ");
    let text = [b"preamble\r\n", &text[..], b"\r\nepilogue"].concat();
    let request = client
        .post("/orders")
        .header("content-type", "multipart/form-data; boundary=b");
    assert_eq!(request.body(text).send().await.status(), 200);
}

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
        let answers = [
            many.post("/orders").form(&title(extra)).send().await,
            many.post("/orders")
                .multipart(multipart(&title(extra)))
                .send()
                .await,
        ];
        for answer in answers {
            assert_eq!(answer.status(), status);
            if status == 400 {
                assert_eq!(
                    detail(answer).await,
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
        // `title=` and the text together, as they are sent.
        let urlencoded = format!("title={}", "t".repeat(length - 3));
        let request = client
            .post("/orders")
            .header("content-type", "application/x-www-form-urlencoded");
        for answer in [
            client.post("/orders").multipart(form).send().await,
            request.body(urlencoded).send().await,
        ] {
            assert_eq!(answer.status(), status);
            if status == 413 {
                assert!(detail(answer).await.contains("20 bytes"));
            }
        }
    }
    for (count, status) in [(2, 200), (3, 400)] {
        let form = (0..count).fold(TestForm::new(), |form, _| form.file("file", "f", "", "x"));
        let answer = client.post("/files").multipart(form).send().await;
        assert_eq!(answer.status(), status);
        if status == 400 {
            assert_eq!(
                detail(answer).await,
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
            let answer = send(
                service,
                "/files",
                "multipart/form-data; boundary=b",
                Pieces { pieces, ends: true },
            )
            .await;
            assert_eq!(answer.status(), status);
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
        let answer = send(
            service,
            "/files",
            &form.content_type(),
            Pieces { pieces, ends: true },
        )
        .await;
        assert_eq!(answer.status(), status);
    }
}

/// A body that arrives as these pieces, and then ends or waits for ever.
struct Pieces {
    pieces: VecDeque<Bytes>,
    ends: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None if self.ends => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

async fn send(
    mut service: Service,
    path: &str,
    content_type: &str,
    body: Pieces,
) -> http::Response<avocet::respond::ResponseBody> {
    let request = http::Request::post(path)
        .header("content-type", content_type)
        .body(body)
        .unwrap();
    let Ok(answer) = service.call(request).await;
    answer
}

#[tokio::test]
async fn a_body_that_turns_out_to_be_empty_is_a_form_without_fields() {
    for pieces in [vec![], vec![Bytes::new()]] {
        let body = Pieces {
            pieces: pieces.into(),
            ends: true,
        };
        let service = app(by_hand(), Limits::default());
        let answer = send(service, "/files", "multipart/form-data; boundary=b", body).await;
        assert_eq!(answer.status(), 422);
    }
}

/// The temporary files that this process holds open, with or without a name.
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
        let answer = TestClient::new(service)
            .post("/large")
            .multipart(form)
            .send()
            .await;
        assert!(answer.json::<bool>().await);
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
    // It waits for bytes that never come, with a temporary file open.
    while temporary_files() == 0 {
        tokio::select! {
            _ = &mut upload => panic!("answered"),
            () = tokio::time::sleep(Duration::from_millis(1)) => {}
        }
    }
    drop(upload);
    // A write that was under way ends first.
    while temporary_files() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_form_that_is_refused_leaves_nothing() {
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

#[test]
fn the_document_shows_the_form() {
    let [by_hand, macros] = [
        app(by_hand(), Limits::default()).openapi().clone(),
        App::new("Print shop", "1.0.0")
            .routes(routes![order_prints, upload_file, upload_album])
            .build()
            .unwrap()
            .openapi()
            .clone(),
    ];
    let schemas = &by_hand["components"]["schemas"];
    let binary = json!({"type": "string", "contentMediaType": "application/octet-stream"});
    assert_eq!(
        by_hand["paths"]["/orders"]["post"]["requestBody"],
        json!({"required": true, "content": {
            "application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Body_order_prints"}},
        }})
    );
    assert_eq!(schemas["Body_order_prints"]["required"], json!(["title"]));
    assert_eq!(
        schemas["Body_order_prints"]["properties"]["copies"]["default"],
        1
    );
    assert_eq!(
        by_hand["paths"]["/albums"]["post"]["requestBody"]["content"],
        json!({"multipart/form-data": {"schema": {"$ref": "#/components/schemas/Body_upload_album"}}})
    );
    let album = &schemas["Body_upload_album"];
    assert_eq!(
        album["properties"]["pages"],
        json!({"type": "array", "items": binary, "maxItems": 2})
    );
    assert_eq!(
        album["properties"]["cover"],
        json!({"anyOf": [binary, {"type": "null"}]})
    );
    assert_eq!(album["properties"]["notes"]["default"], "");
    assert_eq!(
        schemas["Body_upload_file"]["properties"]["file"]["description"],
        "Any."
    );
    for name in ["Body_order_prints", "Body_upload_file", "Body_upload_album"] {
        let (hand, macros) = (&schemas[name], &macros["components"]["schemas"][name]);
        assert_eq!(hand["properties"], macros["properties"], "{name}");
        assert_eq!(
            hand["required"].as_array().unwrap().len(),
            macros["required"].as_array().unwrap().len()
        );
    }
}

#[test]
fn a_form_beside_a_json_body_does_not_start() {
    let both = [
        Operation::post("/a").handle(
            (Form::<u32>::new("n"), JsonBody::<u32>::new()),
            |(n, m)| async move { n + m },
        ),
        Operation::post("/b").handle(
            (JsonBody::<u32>::new(), File::<Bytes>::new("f")),
            |(n, _)| async move { n },
        ),
        Operation::post("/c").handle(
            (Form::<u32>::new("n"), Form::<i8>::new("n")),
            |(n, _)| async move { n },
        ),
        Operation::post("/d").handle(
            (Form::<u32>::new("n"), File::<Bytes>::new("n")),
            |(n, _)| async move { n },
        ),
    ];
    let error = App::new("Both", "1.0.0").routes(both).build().unwrap_err();
    assert_eq!(error.mistakes().len(), 4);
    let same = Operation::post("/").handle(
        (Form::<u32>::new("n"), Form::<u32>::new("n")),
        |(n, m)| async move { n + m },
    );
    assert!(App::new("Same", "1.0.0").routes([same]).build().is_ok());
}

/// Contents that come close to a boundary.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let bit = prop_oneof![
        Just(b"\r\n--b".to_vec()),
        Just(b"\r\n--bo".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"--".to_vec()),
        vec(any::<u8>(), 0..20),
    ];
    vec(bit, 0..8).prop_map(|bits| bits.concat())
}

/// The fields of a form as `multer` reads them.
async fn with_multer(boundary: String, form: Bytes) -> Vec<(String, Vec<u8>)> {
    let whole = async_stream::stream! { yield Ok::<_, std::convert::Infallible>(form); };
    let mut multipart = multer::Multipart::new(whole, boundary);
    let mut fields = Vec::new();
    while let Some(field) = multipart.next_field().await.unwrap() {
        let name = field.name().unwrap().to_owned();
        fields.push((name, field.bytes().await.unwrap().to_vec()));
    }
    fields
}

proptest! {
    #[test]
    fn a_form_reads_the_same_in_any_pieces(
        boundary in "[a-zA-Z0-9'()+_,./:=?-]{1,70}",
        contents in vec(content(), 0..5),
        cuts in vec(1_usize..200, 1..20),
    ) {
        let boundary = format!("bo{}", &boundary[..boundary.len().min(68)]);
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        prop_assume!(contents.iter().all(|content| !content.windows(delimiter.len()).any(|it| it == delimiter)));
        let mut form = Vec::new();
        for content in &contents {
            form.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"f\"\r\n\r\n").as_bytes());
            form.extend_from_slice(content);
            form.extend_from_slice(b"\r\n");
        }
        form.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());

        let mut pieces = VecDeque::new();
        let mut rest = &form[..];
        for cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, behind) = rest.split_at((*cut).min(rest.len()));
            pieces.push_back(Bytes::copy_from_slice(piece));
            rest = behind;
        }
        let route = Operation::post("/files").handle((File::<Vec<Bytes>>::new("files").default(Vec::new),), |(files,)| async move {
            files.iter().map(|file| file.to_vec()).collect::<Vec<_>>()
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let read = runtime.block_on(async {
            let content_type = format!("multipart/form-data; boundary=\"{boundary}\"");
            let answer = send(app(vec![route], Limits::default()), "/files", &content_type, Pieces { pieces, ends: true }).await;
            prop_assert_eq!(answer.status(), 200);
            let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
            Ok(serde_json::from_slice::<Vec<Vec<u8>>>(&body).unwrap())
        })?;
        prop_assert_eq!(&read, &contents);
        let theirs = runtime.block_on(with_multer(boundary, form.into()));
        prop_assert_eq!(theirs.into_iter().map(|(_, content)| content).collect::<Vec<_>>(), contents);
    }

    #[test]
    fn nothing_that_is_sent_as_a_form_panics(body in vec(prop_oneof![
        Just(b"--b".to_vec()), Just(b"\r\n".to_vec()), Just(b"--".to_vec()), Just(b"\r\n\r\n".to_vec()),
        Just(b"Content-Disposition: form-data; name=".to_vec()), Just(b"; filename=".to_vec()), Just(b"\"".to_vec()),
        vec(any::<u8>(), 0..6),
    ], 0..24)) {
        let body = Bytes::from(body.concat());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let pieces = body.chunks(3).map(Bytes::copy_from_slice).collect();
        let one = runtime.block_on(send(app(by_hand(), Limits::default()), "/files", "multipart/form-data; boundary=b", Pieces { pieces, ends: true }));
        let pieces = [body].into();
        let other = runtime.block_on(send(app(by_hand(), Limits::default()), "/files", "multipart/form-data; boundary=b", Pieces { pieces, ends: true }));
        prop_assert_eq!(one.status(), other.status());
        prop_assert!([200, 400, 422].contains(&one.status().as_u16()));
    }
}
