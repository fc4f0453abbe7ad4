//! `PlainText` and `Html`: responses with text.

use std::future::{Future, ready};

use http::{HeaderValue, StatusCode};

use super::{Responder, Response, ResponseContext, full_response};
use crate::error::escape;
use crate::model::Schema;
use crate::operation::{Content, DocumentedResponse, Operation};

macro_rules! texts {
    ($($name:ident $media_type:literal $what:literal;)*) => {$(
        #[doc = concat!("A response of ", $what, ", `", $media_type, "; charset=utf-8`.")]
        ///
        /// ```
        #[doc = concat!("use avocet::response::", stringify!($name), ";")]
        ///
        #[doc = concat!("let page = ", stringify!($name), "(\"hello\".to_owned());")]
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(
            /// The text.
            pub String,
        );

        impl Responder for $name {
            fn describe(operation: &mut Operation) {
                let status = operation.status_or(StatusCode::OK);
                operation.responses.push(DocumentedResponse::new(status).with_content(Content::new($media_type, Schema::string())));
            }

            fn respond(self, response_context: &ResponseContext) -> impl Future<Output = Response> + Send {
                let media_type = HeaderValue::from_static(concat!($media_type, "; charset=utf-8"));
                ready(full_response(response_context.status_or(StatusCode::OK), media_type, self.0))
            }
        }
    )*};
}

impl Html {
    /// Escapes text, so that it can be in an element or in an attribute in quotation marks.
    ///
    /// ```
    /// use avocet::response::Html;
    ///
    /// assert_eq!(Html::escape("<b> & \"c\""), "&lt;b&gt; &amp; &quot;c&quot;");
    /// ```
    pub fn escape(text: &str) -> String {
        escape(text)
    }
}

texts! {
    PlainText "text/plain" "plain text";
    Html "text/html" "a page";
}
