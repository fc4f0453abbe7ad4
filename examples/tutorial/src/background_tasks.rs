//! [Background tasks](https://fastapi.tiangolo.com/tutorial/background-tasks/).
//!
//! The log is a state instead of a file, so that a test can wait for its lines.

use avocet::cleanup::BackgroundTasks;
use avocet::prelude::*;
use tokio::sync::mpsc::UnboundedSender;

/// Where the tasks write.
pub type Log = UnboundedSender<String>;

#[model(output)]
struct Message {
    message: &'static str,
}

#[post("/send-notification/{email}")]
async fn send_notification(
    email: String,
    #[request] background_tasks: BackgroundTasks,
    #[state] log: Log,
) -> Message {
    background_tasks.add(async move {
        let line = format!("notification for {email}: some notification");
        log.send(line).unwrap();
    });
    Message {
        message: "Notification sent in the background",
    }
}

pub fn app(log: Log) -> App {
    crate::fastapi()
        .state(log)
        .routes(routes![send_notification])
}

#[dependency]
async fn get_query(
    #[request] background_tasks: BackgroundTasks,
    #[query] q: Option<String>,
    #[state] log: Log,
) {
    if let Some(q) = q.filter(|q| !q.is_empty()) {
        background_tasks.add(async move { log.send(format!("found query: {q}")).unwrap() });
    }
}

#[post("/send-notification/{email}", requires(get_query))]
async fn send_message(
    email: String,
    #[request] background_tasks: BackgroundTasks,
    #[state] log: Log,
) -> Message {
    background_tasks.add(async move { log.send(format!("message to {email}")).unwrap() });
    Message {
        message: "Message sent",
    }
}

/// The same with a task of a dependency.
pub fn app_with_dependency(log: Log) -> App {
    crate::fastapi().state(log).routes(routes![send_message])
}
