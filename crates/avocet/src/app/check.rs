//! Checks for mistakes of an application, before it serves its first request.

use std::collections::HashMap;
use std::fmt;
use std::ptr;

use http::{Method, StatusCode};
use serde_json::Value;

use super::App;
use crate::extract::{States, check_upload_dir};
use crate::model::{Names, Schemas};
use crate::operation::{Mistake, Operation, ParameterLocation, StateNeed, WebSocketContract};
use crate::path::{Conflict, Route as PathRoute, Template, conflicts};
use crate::serve::LimitError;

/// The error of an application that cannot be built, with all its mistakes.
///
/// ```
/// use avocet::prelude::*;
///
/// #[get("/a/{id}")]
/// async fn first(id: u32) -> u32 { id }
/// #[get("/a/{id}")]
/// async fn second(id: u32) -> u32 { id }
///
/// let error = App::new("Twice", "1.0.0").routes(routes![first, second]).build().unwrap_err();
/// assert!(error.to_string().contains("`first`") && error.to_string().contains("`second`"));
/// ```
pub struct BuildError {
    mistakes: Vec<Mistake>,
}

impl BuildError {
    /// The mistakes.
    ///
    /// ```
    /// # use avocet::prelude::*;
    /// let error = App::new("Bad", "1").routes([Operation::get("no-slash").handle((), |()| async { 1 })]).build().unwrap_err();
    /// assert_eq!(error.mistakes().len(), 1);
    /// ```
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mistakes.len() {
            1 => writeln!(f, "the application cannot start because of a mistake:")?,
            count => writeln!(
                f,
                "the application cannot start because of {count} mistakes:"
            )?,
        }
        for (number, mistake) in self.mistakes.iter().enumerate() {
            write!(f, "\n{}. {}", number + 1, mistake.what())?;
            for location in mistake.locations() {
                write!(f, "\n     {location}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for BuildError {}

/// The results of the checks: every template, and the name of every model.
pub(super) struct Checked {
    pub(super) templates: Vec<Template>,
    pub(super) schemas: Schemas,
    pub(super) names: Names,
}

/// Checks all operations together.
pub(super) fn check(
    operations: &[&Operation],
    app: &App,
    others: Vec<Mistake>,
) -> Result<Checked, BuildError> {
    let mut mistakes = Vec::new();
    let limits = app.limits.check().err();
    let limits = limits.iter().flat_map(LimitError::errors).cloned();
    let upload_dir = app.upload_dir.as_deref().and_then(|directory| {
        let error = check_upload_dir(directory).err()?;
        let directory = directory.display();
        Some(format!(
            "`upload_dir` is `{directory}`, where no file can be created: {error}"
        ))
    });
    mistakes.extend(
        limits
            .chain(app.websocket_origins.mistakes())
            .chain(upload_dir)
            .chain(app.about.mistakes())
            .map(|what| Mistake::at(what, []))
            .chain(others),
    );
    let templates = templates(operations, &mut mistakes);
    let described = Operation::with_callbacks(operations.iter().copied().chain(&app.webhooks));
    own_mistakes(&described, &mut mistakes);
    bodies_without_room(&described, &mut mistakes);
    clashing_ids(&described, operations, &mut mistakes);
    clashing_schemes(&described, &mut mistakes);
    public_with_requirements(operations, &mut mistakes);
    missing_states(operations, &app.states, &mut mistakes);
    let (schemas, names) = schemas(&described, &mut mistakes);
    match templates {
        Some(templates) if mistakes.is_empty() => Ok(Checked {
            templates,
            schemas,
            names,
        }),
        _ => Err(BuildError { mistakes }),
    }
}

fn templates(operations: &[&Operation], mistakes: &mut Vec<Mistake>) -> Option<Vec<Template>> {
    let mut routes = Vec::new();
    let mut owners = Vec::new();
    for operation in operations {
        match Template::parse(&operation.path) {
            Ok(template) => {
                variables(operation, &template, mistakes);
                routes.push(PathRoute {
                    method: operation.method.clone(),
                    template,
                });
                owners.push(*operation);
            }
            Err(error) => mistakes.push(Mistake::new(error.to_string(), &[operation])),
        }
    }
    for conflict in conflicts(&routes) {
        mistakes.push(match conflict {
            Conflict::Duplicate { earlier, later } => {
                Mistake::new("two routes match the same requests; remove one, or change its path or its method", &[owners[earlier], owners[later]])
            }
            Conflict::Shadowed { earlier, later } => Mistake::new(
                "the second route is unreachable, because the first one matches all its requests; declare the second one first",
                &[owners[earlier], owners[later]],
            ),
        });
    }
    same_in_the_document(&owners, &routes, mistakes);
    (routes.len() == operations.len())
        .then(|| routes.into_iter().map(|route| route.template).collect())
}

/// The document does not show whether a variable takes one segment or the rest of a path, so these templates are the same there.
fn same_in_the_document(
    operations: &[&Operation],
    routes: &[PathRoute],
    mistakes: &mut Vec<Mistake>,
) {
    let mut known: HashMap<(&Method, String), usize> = HashMap::new();
    for (index, (operation, route)) in operations.iter().zip(routes).enumerate() {
        if !operation.include_in_schema {
            continue;
        }
        let key = (&route.method, route.template.openapi_shape());
        let earlier = *known.entry(key).or_insert(index);
        // Two routes that match the same requests are reported already.
        if !routes[earlier].template.same_shape(&route.template) {
            mistakes.push(Mistake::new(
                "two operations have the same path in the document, which cannot distinguish `{name:path}` from `{name}`; mark one `hidden`",
                &[operations[earlier], operation],
            ));
        }
    }
}

/// Checks that the template's variables and the arguments that read them are the same.
fn variables(operation: &Operation, template: &Template, mistakes: &mut Vec<Mistake>) {
    let taken: Vec<&str> = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.source == ParameterLocation::Path)
        .map(|parameter| parameter.name.as_str())
        .collect();
    // An operation without arguments and responses is opaque: it may read any variable.
    let opaque = operation.responses.is_empty();
    for name in template
        .names()
        .iter()
        .filter(|name| !opaque && !taken.contains(&name.as_str()))
    {
        mistakes.push(Mistake::new(
            format!("no argument takes the path variable `{name}`; add an argument `{name}`, or remove the variable from the path"),
            &[operation],
        ));
    }
    for name in taken
        .iter()
        .filter(|name| !template.names().iter().any(|known| known == *name))
    {
        let what = format!(
            "an argument takes the path variable `{name}`, which the path does not have; add `{{{name}}}` to the path, or remove the argument"
        );
        mistakes.push(Mistake::new(what, &[operation]));
    }
}

fn own_mistakes(operations: &[&Operation], mistakes: &mut Vec<Mistake>) {
    for operation in operations {
        // A model that is used in both requests and responses is described twice.
        let mut said: Vec<&String> = Vec::new();
        let websocket = operation.websocket.iter();
        let websocket: Vec<String> = websocket.flat_map(WebSocketContract::mistakes).collect();
        for what in operation
            .mistakes
            .iter()
            .chain(operation.schemas.mistakes())
            .chain(&websocket)
        {
            if !said.contains(&what) {
                said.push(what);
                mistakes.push(Mistake::new(what, &[operation]));
            }
        }
    }
}

fn clashing_ids(described: &[&Operation], routed: &[&Operation], mistakes: &mut Vec<Mistake>) {
    let mut owners: HashMap<&str, &Operation> = HashMap::new();
    let is_routed = |operation: &Operation| routed.iter().any(|it| ptr::eq(*it, operation));
    for operation in described
        .iter()
        .filter(|operation| operation.include_in_schema && !operation.id.is_empty())
    {
        if let Some(earlier) = owners.insert(&operation.id, operation) {
            // Two routes that match the same requests are reported already, and one of them must go.
            let is_same = earlier.method == operation.method && earlier.path == operation.path;
            if is_same && is_routed(operation) {
                continue;
            }
            let id = &operation.id;
            let what = if earlier.declaration == operation.declaration {
                format!(
                    "two operations have the id `{id}`, because one function has two routes; make the ids of the paths with `App::operation_ids(OperationIds::FastApi)`"
                )
            } else {
                format!(
                    "two operations have the id `{id}`; set one with `id = \"…\"` in the attribute, or with `Operation::id`"
                )
            };
            mistakes.push(Mistake::new(what, &[earlier, operation]));
        }
    }
}

/// Reports responses whose status does not allow a body, although their type writes one (RFC 9110, sections 8.6, 15.3.5, 15.3.6 and
/// 15.4.5).
fn bodies_without_room(operations: &[&Operation], mistakes: &mut Vec<Mistake>) {
    for operation in operations {
        for response in &operation.responses {
            let Some(content) = response.content.first() else {
                continue;
            };
            if has_no_body(response.status) {
                let what = format!(
                    "a response with the status {} has no body, but this one has `{}`; return `()` or set another status",
                    response.status.as_u16(),
                    content.media_type,
                );
                mistakes.push(Mistake::new(what, &[operation]));
            }
        }
    }
}

/// Returns whether a response with the status never has a body.
fn has_no_body(status: StatusCode) -> bool {
    let without = [
        StatusCode::NO_CONTENT,
        StatusCode::RESET_CONTENT,
        StatusCode::NOT_MODIFIED,
    ];
    status.is_informational() || without.contains(&status)
}

/// Reports security schemes that share a name in the document but differ.
fn clashing_schemes(operations: &[&Operation], mistakes: &mut Vec<Mistake>) {
    let mut known: HashMap<&str, (&Value, &Operation)> = HashMap::new();
    for operation in operations
        .iter()
        .filter(|operation| operation.include_in_schema)
    {
        for requirement in operation.all_security() {
            let (scheme, earlier) = *known
                .entry(&requirement.name)
                .or_insert((&requirement.scheme, operation));
            if *scheme != requirement.scheme {
                let what = format!(
                    "two different security schemes have the name `{}`; rename one",
                    requirement.name
                );
                mistakes.push(Mistake::new(what, &[earlier, operation]));
            }
        }
    }
}

/// Reports public operations that require a security scheme.
fn public_with_requirements(operations: &[&Operation], mistakes: &mut Vec<Mistake>) {
    for operation in operations.iter().filter(|operation| operation.public) {
        if let Some(scheme) = operation.required_scheme() {
            let what = format!(
                "the operation is `public`, but requires the security scheme `{scheme}`; remove one of them"
            );
            mistakes.push(Mistake::new(what, &[operation]));
        }
    }
}

fn missing_states(operations: &[&Operation], states: &States, mistakes: &mut Vec<Mistake>) {
    let mut reported: Vec<(&StateNeed, Vec<&Operation>)> = Vec::new();
    for operation in operations {
        for need in operation
            .states
            .iter()
            .filter(|need| !states.contains(need.type_id, need.name))
        {
            match reported.iter_mut().find(|(known, _)| *known == need) {
                Some((_, needy)) => needy.push(operation),
                None => reported.push((need, vec![operation])),
            }
        }
    }
    for (need, needy) in reported {
        let type_name = need.type_name;
        let own = needy[0].by_state.missing(need.type_id);
        let what = match need.name {
            _ if own.is_some() => own.unwrap_or_default().to_owned(),
            "" => {
                format!(
                    "no state of type `{type_name}` is provided; add it with `App::state`, `App::provide` or `App::component`"
                )
            }
            name => format!(
                "no state of type `{type_name}` with the name `{name}` is provided; add it with `App::named_state`"
            ),
        };
        mistakes.push(Mistake::new(what, &needy));
    }
}

fn schemas(operations: &[&Operation], mistakes: &mut Vec<Mistake>) -> (Schemas, Names) {
    let mut schemas = Schemas::new(crate::model::Side::Input);
    for operation in operations {
        schemas.merge(&operation.schemas);
    }
    let names = schemas.own_names();
    for (name, types) in names.clashes() {
        mistakes.push(Mistake::at(
            format!("two types have the name `{name}` in the document; set one with `#[model(name = \"…\")]`"),
            types.iter().map(|path| format!("`{path}`")),
        ));
    }
    (schemas, names)
}
