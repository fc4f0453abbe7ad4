//! The services of FastAPI's tutorial, one module for each chapter.
//!
//! The services and the texts are those of FastAPI, which has the MIT licence. The modules have the names of the chapters. The tests send the requests of FastAPI's documentation and expect its responses. A response that
//! differs is in the documentation of the module, with the reason.
//!
//! The error bodies are those of FastAPI with [`App::include_input_in_errors`], which each service sets.

use avocet::{App, OperationIds};

pub mod background_tasks;
pub mod bigger_applications;
pub mod classes_as_dependencies;
pub mod cookie_parameter_models;
pub mod cors;
pub mod dependencies_in_decorators;
pub mod dependencies_with_yield;
pub mod get_current_user;
pub mod global_dependencies;
pub mod handling_errors;
pub mod header_parameter_models;
pub mod http_basic;
pub mod middleware;
pub mod oauth2_jwt;
pub mod oauth2_scopes;
pub mod parameterized_dependencies;
pub mod request_forms;
pub mod response_cookies;
pub mod security_first_steps;
pub mod simple_oauth2;
pub mod sub_dependencies;
pub mod testing;

/// `FastAPI()`: an application with the title, version, operation ids and error bodies of FastAPI.
fn fastapi() -> App {
    App::new("FastAPI", "0.1.0")
        .operation_ids(OperationIds::FastApi)
        .include_input_in_errors()
}
