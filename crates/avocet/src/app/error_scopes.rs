//! `ErrorScopes`: the error formats of the paths that no route matches.

use http::Method;

use crate::path::{Route, Template, Tree};
use crate::response::ErrorFormat;

/// The error formats of the routers by their prefixes.
#[derive(Debug)]
pub(super) struct ErrorScopes {
    /// The paths below each prefix, those below the longest prefix first.
    tree: Tree,
    formats: Vec<ErrorFormat>,
}

impl ErrorScopes {
    /// Creates the scopes of routers with their whole prefixes. A router without a prefix only groups routes, so the application's format
    /// applies to the paths beside them.
    pub(super) fn new(mut routers: Vec<(String, ErrorFormat)>) -> Self {
        routers.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.matches('/').count()));
        let mut formats = Vec::new();
        let mut paths = Vec::new();
        for (prefix, format) in routers {
            let prefix = prefix.trim_end_matches('/');
            // A prefix that is not valid makes the paths of the routes invalid, which is reported for these.
            if !prefix.is_empty()
                && let Ok(template) = Template::parse(&format!("{prefix}/{{unmatched:path}}"))
            {
                let method = Method::GET;
                paths.push(Route { method, template });
                formats.push(format);
            }
        }
        let tree = Tree::new(paths);
        Self { tree, formats }
    }

    /// Returns the format of the router with the longest prefix of a path.
    pub(super) fn of(&self, path: &str) -> Option<ErrorFormat> {
        let scope = self.tree.of_any_method(path)?;
        self.formats.get(scope).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides() {
        let fast_api = ErrorFormat::FastApi;
        let details = ErrorFormat::ProblemDetails;
        let scopes = ErrorScopes::new(vec![
            (String::new(), details),
            ("/v1".to_owned(), details),
            ("/v1/plain".to_owned(), fast_api),
            ("/tenants/{tenant}".to_owned(), details),
            ("no-slash".to_owned(), details),
        ]);
        for (path, format) in [
            ("/v1", Some(details)),
            ("/v1/", Some(details)),
            ("/v1/items/7", Some(details)),
            ("/v1/plain/items", Some(fast_api)),
            ("/v1/plainer", Some(details)),
            ("/v10", None),
            ("/tenants/ann/items", Some(details)),
            ("/tenants", None),
            ("/", None),
            ("/%FF", None),
        ] {
            assert_eq!(scopes.of(path), format, "{path}");
        }
    }
}
