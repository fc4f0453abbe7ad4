//! [Parameterized dependencies](https://fastapi.tiangolo.com/advanced/advanced-dependencies/).
//!
//! A dependency with parameters is an extractor, a value with fields.

use avocet::extract::{Extractor, Query, Rejection, RequestContext};
use avocet::prelude::*;

struct FixedContentQueryChecker {
    q: Query<Option<String>>,
    fixed_content: &'static str,
}

fn checker(fixed_content: &'static str) -> FixedContentQueryChecker {
    FixedContentQueryChecker {
        q: Query::new("q"),
        fixed_content,
    }
}

impl Extractor for FixedContentQueryChecker {
    type Value = bool;

    fn describe(&self, operation: &mut Operation) {
        self.q.describe(operation);
    }

    async fn extract(&self, context: &mut RequestContext) -> Result<bool, Rejection> {
        let q = self.q.extract(context).await?.unwrap_or_default();
        Ok(q.contains(self.fixed_content))
    }
}

#[model(output)]
struct Checked {
    fixed_content_in_query: bool,
}

#[get("/query-checker/")]
async fn read_query_check(#[extract(checker("bar"))] fixed_content_included: bool) -> Checked {
    Checked {
        fixed_content_in_query: fixed_content_included,
    }
}

pub fn app() -> App {
    crate::fastapi().routes(routes![read_query_check])
}
