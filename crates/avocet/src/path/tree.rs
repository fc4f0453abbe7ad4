//! All routes of an app, arranged for look-up.

use std::borrow::Cow;

use http::Method;

use super::captures::Captures;
use super::decode::decode;
use super::node::{Endpoint, Node};
use super::template::Template;

/// What a request has to look like to reach one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The method of the request.
    pub(crate) method: Method,
    /// Its path.
    pub(crate) template: Template,
}

/// The routes of an app. The module's documentation has the rules by which they match.
#[derive(Debug)]
pub(crate) struct Tree {
    routes: Vec<Route>,
    root: Node,
}

/// The answer to a method and a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A route answers.
    Found {
        /// Its place in the declaration.
        route: usize,
        /// The values of its variables.
        captures: Captures,
    },
    /// Templates match the path, but none with this method.
    WrongMethod {
        /// The methods of all of them, in the order of their declaration, each once. `HEAD` follows
        /// `GET` where it was not declared itself.
        allow: Vec<Method>,
    },
    /// No template matches the path.
    Missing,
    /// The path is not UTF-8 once decoded, so no template can match it.
    Malformed,
}

impl Tree {
    /// Arranges routes, which are known by their place from then on.
    pub(crate) fn new(routes: Vec<Route>) -> Self {
        let mut root = Node::new(0);
        for (index, route) in routes.iter().enumerate() {
            root.insert(&route.template, (route.method.clone(), index));
        }
        Self { routes, root }
    }

    /// The routes in the order of their declaration.
    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Which route answers a method and a path. The path is that of the request's URL, still encoded.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Lookup {
        let Some(decoded) = decode(path) else {
            return Lookup::Malformed;
        };
        let mut route = self.first(method, &decoded);
        if route.is_none() && method == Method::HEAD {
            route = self.first(&Method::GET, &decoded);
        }
        let found = route.and_then(|index| {
            let template = &self.routes.get(index)?.template;
            if template.names.is_empty() {
                return Some((index, Captures::default()));
            }
            Some((index, template.captures(&decoded)?))
        });
        if let Some((route, mut captures)) = found {
            if let Cow::Owned(decoded) = decoded {
                captures.set_decoded(decoded);
            }
            return Lookup::Found { route, captures };
        }
        let allow = self.allow(&decoded);
        if allow.is_empty() {
            Lookup::Missing
        } else {
            Lookup::WrongMethod { allow }
        }
    }

    /// The same path with a slash added at its end, or with all of them removed there, if any route
    /// has *that* path, whatever its method. To be asked when the path itself is
    /// [`Missing`](Lookup::Missing).
    ///
    /// The answer is still encoded and serves as the path of a `Location`. There is none for a path
    /// that begins with two slashes (or a backslash in place of the second), because as a `Location`
    /// it would name another host.
    pub(crate) fn other_slash<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        if path == "/" || path.starts_with("//") || path.starts_with("/\\") {
            return None;
        }
        let other = match path.trim_end_matches('/') {
            stripped if stripped.len() < path.len() => Cow::Borrowed(stripped),
            _ => Cow::Owned(format!("{path}/")),
        };
        let decoded = decode(&other)?;
        self.first_that(&decoded, |_| true)?;
        Some(other)
    }

    /// The first declared route that matches a path, with or without a slash at its end, whatever its method.
    pub(crate) fn of_any_method(&self, path: &str) -> Option<usize> {
        let first = |path: &str| self.first_that(&decode(path)?, |_| true);
        first(path).or_else(|| first(&self.other_slash(path)?))
    }

    /// The first declared route with this method that matches a decoded path.
    fn first(&self, method: &Method, path: &str) -> Option<usize> {
        self.first_that(path, |candidate| candidate == method)
    }

    fn first_that(&self, path: &str, accept: impl Fn(&Method) -> bool) -> Option<usize> {
        let mut limit = self.routes.len();
        self.root.walk(
            path.strip_prefix('/'),
            &mut limit,
            &mut |endpoints, limit| {
                // An endpoint list is in the order of declaration.
                let first = endpoints.iter().find(|(method, _)| accept(method));
                if let Some((_, index)) = first {
                    *limit = (*limit).min(*index);
                }
            },
        );
        (limit < self.routes.len()).then_some(limit)
    }

    fn allow(&self, path: &str) -> Vec<Method> {
        let mut endpoints: Vec<&Endpoint> = Vec::new();
        let mut limit = self.routes.len();
        self.root
            .walk(path.strip_prefix('/'), &mut limit, &mut |found, _| {
                endpoints.extend(found);
            });
        endpoints.sort_unstable_by_key(|(_, index)| *index);
        let head_is_declared = endpoints.iter().any(|(method, _)| method == Method::HEAD);
        let mut allow = Vec::new();
        for (method, _) in endpoints {
            if !allow.contains(method) {
                allow.push(method.clone());
                if method == Method::GET && !head_is_declared {
                    allow.push(Method::HEAD);
                }
            }
        }
        allow
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(routes: &[&str]) -> Tree {
        let route = |text: &&str| {
            let (method, template) = text.split_once(' ').expect("a method and a template");
            let method = method.parse().expect("a method");
            let template = Template::parse(template).expect("a template");
            Route { method, template }
        };
        Tree::new(routes.iter().map(route).collect())
    }

    /// Writes the answer to a request such as `GET /a` as a line of text.
    fn find(tree: &Tree, request: &str) -> String {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        match tree.find(&method.parse().expect("a method"), path) {
            Lookup::Found { route, captures } => {
                let template = &tree.routes()[route].template;
                let mut line = route.to_string();
                for (name, value) in template.names().iter().zip(captures.iter(path)) {
                    line.extend([" ", name, "=", value]);
                }
                line
            }
            Lookup::WrongMethod { allow } => {
                let allow: Vec<_> = allow.iter().map(Method::as_str).collect();
                format!("allow {}", allow.join(", "))
            }
            Lookup::Missing => "missing".to_owned(),
            Lookup::Malformed => "malformed".to_owned(),
        }
    }

    #[test]
    fn the_first_declared_route_wins() {
        let tree = tree(&[
            "GET /users/me",
            "GET /users/{id}",
            "GET /users/you",
            "GET /{p:path}",
        ]);
        assert_eq!(find(&tree, "GET /users/me"), "0");
        assert_eq!(find(&tree, "GET /users/you"), "1 id=you");
        assert_eq!(find(&tree, "GET /users/"), "3 p=users/");
    }

    #[test]
    fn a_template_with_another_method_does_not_stand_in_the_way() {
        let tree = tree(&["POST /a/{x}", "GET /{y}/b", "DELETE /a/{other}"]);
        assert_eq!(find(&tree, "GET /a/b"), "1 y=a");
        assert_eq!(find(&tree, "DELETE /a/b"), "2 other=b");
    }

    #[test]
    fn allow_is_complete_and_in_order() {
        let tree = tree(&[
            "PUT /{p:path}",
            "GET /a/{x}",
            "POST /{y}/b",
            "PUT /a/b",
            "DELETE /a/c",
        ]);
        assert_eq!(find(&tree, "PATCH /a/b"), "allow PUT, GET, HEAD, POST");
        assert_eq!(find(&tree, "OPTIONS /z"), "allow PUT");
    }

    #[test]
    fn head_falls_to_get() {
        let tree = tree(&["GET /a/{x}", "HEAD /a/b", "POST /c"]);
        assert_eq!(find(&tree, "HEAD /a/c"), "0 x=c");
        assert_eq!(find(&tree, "HEAD /a/b"), "1");
        assert_eq!(find(&tree, "PUT /a/b"), "allow GET, HEAD");
        assert_eq!(find(&tree, "HEAD /c"), "allow POST");
    }

    #[test]
    fn paths_are_decoded_before_they_are_matched() {
        let tree = tree(&["GET /a b", "GET /items/{id}", "GET /items/{x}/{y}"]);
        assert_eq!(find(&tree, "GET /a%20b"), "0");
        assert_eq!(find(&tree, "GET /items/a%20b"), "1 id=a b");
        assert_eq!(find(&tree, "GET /items/a%2Fb"), "2 x=a y=b");
        assert_eq!(find(&tree, "GET /items%2F7"), "1 id=7");
        assert_eq!(find(&tree, "GET /items/%ff"), "malformed");
        assert_eq!(find(&tree, "GET /items/100%"), "1 id=100%");
    }

    #[test]
    fn what_is_no_path_is_missing() {
        let tree = tree(&["GET /", "GET /{p:path}"]);
        assert_eq!(find(&tree, "GET "), "missing");
        assert_eq!(find(&tree, "OPTIONS *"), "missing");
        assert_eq!(find(&super::Tree::new(Vec::new()), "GET /"), "missing");
    }

    #[test]
    fn the_other_slash_is_offered_where_a_route_has_it() {
        let tree = tree(&["GET /ok", "POST /slash/", "GET /{p:path}/end", "GET /a b"]);
        let other = |path| tree.other_slash(path).map(Cow::into_owned);
        assert_eq!(other("/ok/"), Some("/ok".to_owned()));
        assert_eq!(other("/ok//"), Some("/ok".to_owned()));
        assert_eq!(other("/slash"), Some("/slash/".to_owned()));
        assert_eq!(other("/a%20b/"), Some("/a%20b".to_owned()));
        assert_eq!(other("/nothing"), None);
        assert_eq!(other("/"), None);
        assert_eq!(other("//"), None);
        assert_eq!(other("/%ff"), None);
        // As a `Location` these would name the host `evil.example`.
        assert_eq!(other("//evil.example/end/"), None);
        assert_eq!(other("/\\evil.example/end/"), None);
    }
}
