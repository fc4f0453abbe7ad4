//! Messages for the next page.

use crate::app::{browser, kinds};

#[tokio::test]
async fn a_message_is_shown_once() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        assert_eq!(browser.get("/flash").await, "[]", "{kind}");
        browser.put("/flash/saved").await;
        browser.put("/flash/sent").await;
        assert_eq!(
            browser.get("/flash").await,
            r#"["success: saved","success: sent"]"#,
            "{kind}"
        );
        assert_eq!(browser.get("/flash").await, "[]", "{kind}");
    }
}

#[tokio::test]
async fn a_message_survives_the_login() {
    for (kind, sessions) in kinds() {
        let mut browser = browser(sessions);
        browser.put("/flash/welcome").await;
        browser.put("/login/ann").await;
        assert_eq!(
            browser.get("/flash").await,
            r#"["success: welcome"]"#,
            "{kind}"
        );
    }
}
