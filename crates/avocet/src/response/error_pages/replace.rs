//! Which response an error of a request gets.

use std::error::Error;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, Method, Uri, header};

use super::{Audience, ErrorPage, ErrorPages};
use crate::error::{
    ErrorContent, ErrorFormat, ReplaceErrors, Replacement, error_page, is_called, prefers_html,
};
use crate::operation::Operation;

/// What a response to an error needs of its request.
#[derive(Debug)]
pub(crate) struct RequestFacts {
    pages: Arc<ErrorPages>,
    method: Method,
    uri: Uri,
    accept: Vec<HeaderValue>,
    /// The operations and the index of the one that the request is for.
    #[cfg_attr(
        not(debug_assertions),
        expect(dead_code, reason = "only the page for developers shows the operation")
    )]
    operation: Option<(Arc<[Operation]>, usize)>,
}

impl RequestFacts {
    pub(crate) fn new(
        pages: Arc<ErrorPages>,
        head: &Parts,
        operation: Option<(Arc<[Operation]>, usize)>,
    ) -> Self {
        Self {
            pages,
            method: head.method.clone(),
            uri: head.uri.clone(),
            accept: head
                .headers
                .get_all(header::ACCEPT)
                .iter()
                .cloned()
                .collect(),
            operation,
        }
    }

    pub(super) fn method(&self) -> &Method {
        &self.method
    }

    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    #[cfg(debug_assertions)]
    pub(super) fn operation(&self) -> Option<&Operation> {
        let (operations, index) = self.operation.as_ref()?;
        operations.get(*index)
    }
}

impl ReplaceErrors for RequestFacts {
    fn replace(
        &self,
        error: &ErrorContent<'_>,
        source: Option<&(dyn Error + 'static)>,
        format: ErrorFormat,
    ) -> Replacement {
        let pages = &*self.pages;
        let varies = pages.varies(error.status);
        let prefers_html = varies && !is_called() && prefers_html(&self.accept);
        #[cfg(debug_assertions)]
        if prefers_html && pages.is_for_developers() && error.status.as_u16() == 500 {
            let page = super::development::page(error, source, self.operation());
            return Replacement {
                response: Some(page),
                varies,
            };
        }
        #[cfg(not(debug_assertions))]
        let _ = source;
        let page = ErrorPage::new(error, self, prefers_html);
        let for_browsers = prefers_html.then_some(Audience::Browsers);
        let mut audiences = for_browsers.into_iter().chain([Audience::Everyone]);
        let own = audiences.find_map(|audience| pages.own(error.status, audience));
        let response = match own {
            Some(own) => Some(own.response(&page, format)),
            None => (prefers_html && pages.html).then(|| error_page(error)),
        };
        Replacement { response, varies }
    }
}
