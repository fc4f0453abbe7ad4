//! `TestForm`: a multipart form for tests.

use bytes::Bytes;

/// A boundary that is unlikely to occur in the content of a test.
const BOUNDARY: &str = "avocet-test-form-0b5f8c";

/// A builder of a multipart form.
///
/// ```
/// use avocet::prelude::*;
/// use avocet::extract::File;
/// use avocet::testing::{TestClient, TestForm};
///
/// # #[avocet::main]
/// # async fn main() -> avocet::Result<()> {
/// let size = Operation::post("/size").handle((File::<Upload>::new("file"),), |(file,)| async move { file.size() });
/// let client = TestClient::new(App::new("Sizes", "1.0.0").routes([size]).build()?);
/// let form = TestForm::new().text("remark", "short").file("file", "a.txt", "text/plain", "hello");
/// assert_eq!(client.post("/size").multipart(form).send().await.json::<u64>().await, 5);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct TestForm {
    parts: Vec<u8>,
}

impl TestForm {
    /// Creates a form without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text field.
    pub fn text(self, name: &str, text: &str) -> Self {
        self.part(&format!("name=\"{}\"", quoted(name)), text.as_bytes())
    }

    /// Adds a file; an empty content type is left out.
    pub fn file(
        self,
        name: &str,
        file_name: &str,
        content_type: &str,
        content: impl AsRef<[u8]>,
    ) -> Self {
        let (name, file_name) = (quoted(name), quoted(file_name));
        let mut head = format!("name=\"{name}\"; filename=\"{file_name}\"");
        if !content_type.is_empty() {
            head.push_str("\r\nContent-Type: ");
            head.push_str(content_type);
        }
        self.part(&head, content.as_ref())
    }

    /// Returns the content type of the form, with its boundary.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    /// Returns the encoded form.
    pub fn into_bytes(mut self) -> Bytes {
        self.parts
            .extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        self.parts.into()
    }

    fn part(mut self, head: &str, content: &[u8]) -> Self {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        self.parts.extend_from_slice(head.as_bytes());
        self.parts.extend_from_slice(content);
        self.parts.extend_from_slice(b"\r\n");
        self
    }
}

/// Quotes a name as browsers do.
fn quoted(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
