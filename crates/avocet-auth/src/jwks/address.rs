//! Which addresses keys are loaded from.

use std::net::IpAddr;

use http::Uri;

/// Reads an absolute address: `https`, or `http` on the loopback interface, which no other machine can read.
pub(super) fn parse(text: &str) -> Result<Uri, String> {
    let shown: String = text.chars().take(200).collect();
    let uri: Uri = text
        .parse()
        .map_err(|error| format!("{shown:?} is not an address: {error}"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(format!("{shown:?} is not an absolute address"));
    };
    if authority.as_str().contains('@') {
        return Err("the address has a user name, which is not sent".to_owned());
    }
    let host = authority.host().trim_matches(['[', ']']);
    let is_loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
    match scheme {
        "https" => Ok(uri),
        "http" if is_loopback => Ok(uri),
        _ => Err(format!(
            "{shown:?} is not `https`, which keys require except on a loopback address"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a7_keys_come_over_https_or_from_this_machine() {
        for good in [
            "https://login.example/keys",
            "https://10.0.0.1:8443/keys?tenant=1",
            "http://127.0.0.1:8080/keys",
            "http://[::1]:8080/keys",
            "http://localhost/keys",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://login.example/keys",
            "http://127.0.0.1.example/keys",
            "http://localhost.example/keys",
            "http://10.0.0.1/keys",
            "ftp://localhost/keys",
            "file:///etc/keys",
            "/keys",
            "login.example",
            "https://user:word@login.example/",
            "",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
