//! Forms split into any pieces read the same, and as `multer` reads them, without a panic.

use std::collections::VecDeque;

use avocet::extract::File;
use avocet::operation::Operation;
use avocet::serve::Limits;
use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Pieces, app, by_hand, send};

/// Generates contents that resemble a boundary.
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

/// Reads the fields of a form with `multer`.
async fn with_multer(boundary: String, form: Bytes) -> Vec<(String, Vec<u8>)> {
    let whole = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(form)]);
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
            let response = send(app(vec![route], Limits::default()), "/files", &content_type, Pieces { pieces, ends: true }).await;
            prop_assert_eq!(response.status(), 200);
            let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
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
