//! All routes of an app, indexed for lookup.

use std::borrow::Cow;

use http::Method;

use super::captures::Captures;
use super::decode::decode;
use super::node::{Endpoint, Node};
use super::template::Template;

/// The method and the path template of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// The method of the request.
    pub(crate) method: Method,
    /// The template of its path.
    pub(crate) template: Template,
}

/// The routes of an app. The module's documentation has the matching rules.
#[derive(Debug)]
pub(crate) struct Tree {
    routes: Vec<Route>,
    root: Node,
}

/// The result of a lookup by method and path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// A route matches.
    Found {
        /// Its index in the order of declaration.
        route: usize,
        /// The values of its variables.
        captures: Captures,
    },
    /// Templates match the path, but none with this method.
    WrongMethod {
        /// The methods of all of them, in the order of their declaration, each once. `HEAD` follows
        /// `GET` if it was not declared itself.
        allow: Vec<Method>,
    },
    /// No template matches the path.
    Missing,
    /// The path is not UTF-8 once decoded, so no template can match it.
    Malformed,
}

impl Tree {
    /// Builds the tree. The index of a route identifies it from then on.
    pub(crate) fn new(routes: Vec<Route>) -> Self {
        let mut root = Node::new(0);
        for (index, route) in routes.iter().enumerate() {
            root.insert(&route.template, (route.method.clone(), index));
        }
        Self { routes, root }
    }

    /// Finds the route of a method and a path. The path is that of the request's URL, still encoded.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Lookup {
        let Some(decoded) = decode(path) else {
            return Lookup::Malformed;
        };
        let mut route = self.first(method, &decoded.matched);
        if route.is_none() && method == Method::HEAD {
            route = self.first(&Method::GET, &decoded.matched);
        }
        let found = route.and_then(|index| {
            let template = &self.routes.get(index)?.template;
            if template.names.is_empty() {
                return Some((index, Captures::default()));
            }
            Some((index, template.captures(&decoded.matched)?))
        });
        if let Some((route, mut captures)) = found {
            if let Some(values) = decoded.into_values() {
                captures.set_decoded(values);
            }
            return Lookup::Found { route, captures };
        }
        let allow = self.allow(&decoded.matched);
        if allow.is_empty() {
            Lookup::Missing
        } else {
            Lookup::WrongMethod { allow }
        }
    }

    /// Returns a reference to the same path with a trailing slash added, or with all of its trailing slashes removed, if any route
    /// matches *that* path, whatever its method. Call it if the result for the path itself is
    /// [`Missing`](Lookup::Missing).
    ///
    /// The reference is still encoded. It is relative to the requested path (RFC 3986, section 4.2), so that it is valid
    /// behind a prefix that a proxy removed, and begins with a dot segment, so that it never
    /// names another host or scheme.
    pub(crate) fn other_slash(&self, path: &str) -> Option<String> {
        if path == "/" || path.starts_with("//") || path.starts_with("/\\") {
            return None;
        }
        let stripped = path.trim_end_matches('/');
        let slashes = path.len() - stripped.len();
        let other = match slashes {
            0 => Cow::Owned(format!("{path}/")),
            _ => Cow::Borrowed(stripped),
        };
        self.first_that(&decode(&other)?.matched, |_| true)?;
        let (_, last) = stripped.rsplit_once('/')?;
        // Clients resolve these as steps in the path itself, encoded or not.
        if matches!(decode(last)?.matched.as_ref(), "." | "..") {
            return None;
        }
        Some(match slashes {
            0 => format!("./{last}/"),
            // From below the last slash back to above the first one.
            _ => format!("{}{last}", "../".repeat(slashes)),
        })
    }

    /// Returns the first declared route that matches a path, with or without a trailing slash, whatever its method, and even if its
    /// slashes are encoded: the route that the client may have meant.
    pub(crate) fn of_any_method(&self, path: &str) -> Option<usize> {
        let first = |path: &str| {
            let decoded = decode(path)?;
            let matched = self.first_that(&decoded.matched, |_| true);
            matched.or_else(|| self.first_that(&decoded.into_values()?, |_| true))
        };
        first(path).or_else(|| match path.trim_end_matches('/') {
            "" => None,
            stripped if stripped.len() < path.len() => first(stripped),
            _ => first(&format!("{path}/")),
        })
    }

    /// Returns the first declared route with this method that matches a decoded path.
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

    /// Formats the result for a request such as `GET /a` as a line of text.
    fn find(tree: &Tree, request: &str) -> String {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        match tree.find(&method.parse().expect("a method"), path) {
            Lookup::Found { route, captures } => {
                let template = &tree.routes[route].template;
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
    fn segments_are_cut_before_they_are_decoded() {
        let tree = tree(&[
            "GET /a b",
            "GET /items/{id}",
            "GET /items/{x}/{y}",
            "GET /admin/users",
            "GET /{a}-{b}",
            "GET /files/{p:path}/meta",
        ]);
        assert_eq!(find(&tree, "GET /a%20b"), "0");
        assert_eq!(find(&tree, "GET /%61%20b"), "0");
        assert_eq!(find(&tree, "GET /items/a%20b"), "1 id=a b");
        assert_eq!(find(&tree, "GET /items/a%2Fb"), "1 id=a/b");
        assert_eq!(find(&tree, "GET /items/a%2fb/c%2F"), "2 x=a/b y=c/");
        assert_eq!(find(&tree, "GET /items%2F7"), "missing");
        assert_eq!(find(&tree, "GET /admin%2Fusers"), "missing");
        assert_eq!(find(&tree, "GET /admin%2fusers"), "missing");
        assert_eq!(find(&tree, "GET /%61dmin/users"), "3");
        assert_eq!(find(&tree, "GET /admin%2Fusers/"), "missing");
        assert_eq!(find(&tree, "GET %2Fadmin/users"), "missing");
        assert_eq!(find(&tree, "GET /x%2Fy-z%2F"), "4 a=x/y b=z/");
        assert_eq!(find(&tree, "GET /files/a%2Fb/c/meta"), "5 p=a/b/c");
        assert_eq!(find(&tree, "GET /files/a%2Fmeta"), "missing");
        assert_eq!(find(&tree, "GET /items/%00"), "1 id=\0");
        assert_eq!(find(&tree, "GET /items/%ff"), "malformed");
        assert_eq!(find(&tree, "GET /items/100%"), "1 id=100%");
    }

    #[test]
    fn the_route_that_was_meant_is_found_with_encoded_slashes() {
        let tree = tree(&["GET /tokens/{token}", "GET /a b"]);
        for path in [
            "/tokens/x",
            "/tokens/x/",
            "/tokens%2Fx",
            "/tokens%2Fx/",
            "/tokens/x%2F",
        ] {
            assert_eq!(tree.of_any_method(path), Some(0), "{path}");
        }
        assert_eq!(tree.of_any_method("/a%20b"), Some(1));
        assert_eq!(tree.of_any_method("/other%2Fx"), None);
        assert_eq!(tree.of_any_method("/"), None);
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
        let tree = tree(&[
            "GET /ok",
            "POST /slash/",
            "GET /{p:path}/end",
            "GET /a b",
            "GET /m/{m}:go/",
            "GET /s/{x}/",
        ]);
        let other = |path| tree.other_slash(path);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(other("/ok/"), some("../ok"));
        assert_eq!(other("/ok//"), some("../../ok"));
        assert_eq!(other("/slash"), some("./slash/"));
        assert_eq!(other("/a%20b/"), some("../a%20b"));
        assert_eq!(other("/m/x:go"), some("./x:go/"));
        assert_eq!(other("/s/a%2Fb"), some("./a%2Fb/"));
        assert_eq!(other("/x//end/"), some("../end"));
        assert_eq!(other("/nothing"), None);
        assert_eq!(other("/"), None);
        assert_eq!(other("//"), None);
        assert_eq!(other("/%ff"), None);
        // An encoded slash is not a trailing slash.
        assert_eq!(other("/ok%2F"), None);
        assert_eq!(other("/s/.."), None);
        assert_eq!(other("/s/%2e%2E"), None);
        // These would name the host `evil.example` if they were sent unchanged.
        assert_eq!(other("//evil.example/end/"), None);
        assert_eq!(other("/\\evil.example/end/"), None);
    }
}
