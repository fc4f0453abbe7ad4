//! The requests and responses of FastAPI's tutorial.

mod client;

mod background_tasks;
mod bigger_applications;
mod classes_as_dependencies;
mod cookie_parameter_models;
mod cors;
mod dependencies_in_decorators;
mod dependencies_with_yield;
mod get_current_user;
mod global_dependencies;
mod handling_errors;
mod header_parameter_models;
mod http_basic;
mod middleware;
mod oauth2_jwt;
mod oauth2_scopes;
mod parameterized_dependencies;
mod request_forms;
mod response_cookies;
mod security_first_steps;
mod simple_oauth2;
mod sub_dependencies;
mod testing;
