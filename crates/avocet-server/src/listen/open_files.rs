//! The limit of open files: each connection uses one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files that a program opens beside its connections: sockets to others, logs, uploads.
const OTHERS: u64 = 64;

/// Raises this process's soft limit of open files for `connections` open connections, and logs it if the hard limit is too
/// low.
pub(crate) fn make_room_for(connections: usize) {
    let needed = (connections as u64).saturating_add(OTHERS);
    let limit = getrlimit(Resource::Nofile);
    let Some(raised) = raised(limit.current, limit.maximum, needed) else {
        return;
    };
    let outcome = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: Some(raised),
            maximum: limit.maximum,
        },
    );
    let possible = match outcome {
        Ok(()) => raised,
        Err(_) => limit.current.unwrap_or(raised),
    };
    if possible < needed {
        crate::report::trouble(
            &format_args!(
                "the limit `connections` is {connections}, but this process may open {possible} files"
            ),
            "further connections wait: raise the hard limit of open files (`ulimit -Hn`, `LimitNOFILE`) or lower `connections`",
        );
    }
}

/// Returns the soft limit to set; `None` if the current one suffices. A missing limit means unlimited.
fn raised(current: Option<u64>, maximum: Option<u64>, needed: u64) -> Option<u64> {
    match current {
        Some(current) if current < needed => Some(maximum.unwrap_or(needed).min(needed)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_soft_limit_rises_to_what_is_needed_and_never_over_the_hard_limit() {
        assert_eq!(raised(Some(1024), Some(4096), 2000), Some(2000));
        assert_eq!(raised(Some(1024), None, 2000), Some(2000));
        assert_eq!(raised(Some(1024), Some(1500), 2000), Some(1500));
        assert_eq!(raised(Some(4096), Some(4096), 2000), None);
        assert_eq!(raised(None, None, 2000), None);
    }

    #[test]
    fn a_process_raises_its_soft_limit() {
        let this = std::env::current_exe().expect("this program");
        let (_, module) = module_path!().split_once("::").expect("a crate");
        let alone = format!("{module}::alone");
        let output = Command::new("sh")
            .args([
                "-c",
                "ulimit -Sn 256 && exec \"$0\" --exact \"$1\" --ignored",
            ])
            .arg(this)
            .arg(alone)
            .output()
            .expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("1 passed"), "{said}");
    }

    #[test]
    #[ignore = "changes a limit of the whole process: the test above runs it alone"]
    fn alone() {
        assert_eq!(getrlimit(Resource::Nofile).current, Some(256));
        make_room_for(400);
        assert_eq!(getrlimit(Resource::Nofile).current, Some(400 + OTHERS));
    }
}
