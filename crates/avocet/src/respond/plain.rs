//! `PlainText` and `Html`: text that is no JSON.

use std::future::{Future, ready};

use http::{HeaderValue, StatusCode, header};

use super::{Answering, Respond, Response, ResponseBody};
use crate::model::Schema;
use crate::operation::{Answer, Content, Operation};

macro_rules! texts {
    ($($name:ident $media_type:literal $what:literal;)*) => {$(
        #[doc = concat!("An answer of ", $what, ", `", $media_type, "; charset=utf-8`.")]
        ///
        /// ```
        #[doc = concat!("use avocet::respond::", stringify!($name), ";")]
        ///
        #[doc = concat!("let page = ", stringify!($name), "(\"hello\".to_owned());")]
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(
            /// The text.
            pub String,
        );

        impl Respond for $name {
            fn describe(operation: &mut Operation) {
                let status = operation.status_or(StatusCode::OK);
                operation.answers.push(Answer::new(status).holding(Content::new($media_type, Schema::string())));
            }

            fn respond(self, answering: &Answering) -> impl Future<Output = Response> + Send {
                let mut answer = Response::new(ResponseBody::full(self.0));
                *answer.status_mut() = answering.status_or(StatusCode::OK);
                let media_type = HeaderValue::from_static(concat!($media_type, "; charset=utf-8"));
                answer.headers_mut().insert(header::CONTENT_TYPE, media_type);
                ready(answer)
            }
        }
    )*};
}

texts! {
    PlainText "text/plain" "plain text";
    Html "text/html" "a page";
}
