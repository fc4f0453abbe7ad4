//! Row V22: forged and odd tokens.

use avocet::response::HttpError;
use avocet::types::Secret;
use avocet_auth::jwt::{Algorithm, Jwt, JwtConfig, VerifyingKey};
use avocet_store::Clock;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::crypto::sign;
use jsonwebtoken::{Algorithm as Inner, EncodingKey};
use serde::Deserialize;

use crate::tokens::{SECRET, secret};

#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
}

const NOW: u64 = 1_767_225_600;
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT","kid":"one"}"#;
const RSA_HEADER: &str = r#"{"alg":"RS256","typ":"JWT","kid":"one"}"#;

fn claims() -> String {
    format!(
        r#"{{"sub":"ada","exp":{},"iss":"login","aud":"api"}}"#,
        NOW + 60
    )
}

fn encoded(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// Signs parts that are encoded already.
fn signed_parts(header: &str, payload: &str) -> String {
    let message = format!("{header}.{payload}");
    let key = EncodingKey::from_secret(SECRET.as_bytes()).unwrap();
    let signature = sign(message.as_bytes(), &key, Inner::HS256).unwrap();
    format!("{message}.{signature}")
}

fn signed(header: &str, claims: &str) -> String {
    signed_parts(&encoded(header), &encoded(claims))
}

fn with_header(header: &str) -> String {
    signed(header, &claims())
}

/// A token with one claim replaced by another text, or left out.
fn with_claim(name: &str, value: &str) -> String {
    let members = [
        ("sub", "\"ada\""),
        ("exp", "1767225660"),
        ("iss", "\"login\""),
        ("aud", "\"api\""),
    ];
    let mut members: Vec<(&str, &str)> =
        members.into_iter().filter(|(it, _)| *it != name).collect();
    if !value.is_empty() {
        members.push((name, value));
    }
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    signed(HEADER, &format!("{{{}}}", members.join(",")))
}

fn hmac() -> Jwt<Claims> {
    JwtConfig::new([Algorithm::Hs256])
        .issuer("login")
        .audience("api")
        .key_with_id("one", VerifyingKey::secret(&secret()).unwrap())
        .clock(Clock::manual())
        .build()
        .unwrap()
}

fn rsa() -> Jwt<Claims> {
    JwtConfig::new([Algorithm::Rs256])
        .issuer("login")
        .audience("api")
        .key_with_id(
            "one",
            VerifyingKey::rsa_pem(include_str!("keys/rsa.pub.pem")).unwrap(),
        )
        .clock(Clock::manual())
        .build()
        .unwrap()
}

/// Signs with HMAC and a key that is public.
fn confused(alg: &str, public: &[u8]) -> String {
    let header = RSA_HEADER.replace("RS256", alg);
    let message = format!("{}.{}", encoded(&header), encoded(&claims()));
    let key = EncodingKey::from_secret(public).unwrap();
    format!(
        "{message}.{}",
        sign(message.as_bytes(), &key, Inner::HS256).unwrap()
    )
}

fn unsigned(alg: &str, signature: &str) -> String {
    format!(
        "{}.{}.{signature}",
        encoded(&HEADER.replace("HS256", alg)),
        encoded(&claims())
    )
}

/// The tokens for the HMAC verifier, with their reasons.
#[expect(clippy::too_many_lines, reason = "a table")]
fn forged() -> Vec<(&'static str, String, &'static str)> {
    let algorithm = "the algorithm is not one of the configured ones";
    let three = "the token is malformed: it has not three parts";
    let header = "the token is malformed: its header";
    let payload = "the token is malformed: its claims";
    let key = "the key id is not one of the configured ones";
    let extension = "the header requires an extension that is not supported";
    let signature = "the signature is wrong";
    let no_time = |name| match name {
        "exp" => "claim `exp`: it is not a number of seconds since 1970",
        "nbf" => "claim `nbf`: it is not a number of seconds since 1970",
        _ => "claim `iat`: it is not a number of seconds since 1970",
    };
    let good = with_header(HEADER);
    let (message, good_signature) = good.rsplit_once('.').unwrap();
    let swapped = format!(
        "{}.{}.{good_signature}",
        encoded(HEADER),
        encoded(&claims().replace("ada", "eve"))
    );
    let jwk = r#"{"alg":"HS256","kid":"other","jwk":{"kty":"oct","k":"AAAA","kid":"other"}}"#;
    // The last character of a signature of 32 bytes has two unused bits.
    let mut respelled = good.clone();
    let last = respelled.pop().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    respelled.push(alphabet.as_bytes()[alphabet.find(last).unwrap() + 1] as char);

    vec![
        ("alg none", unsigned("none", "AAAA"), algorithm),
        ("alg None", unsigned("None", "AAAA"), algorithm),
        ("alg NONE", unsigned("NONE", "AAAA"), algorithm),
        ("alg nOnE", unsigned("nOnE", "AAAA"), algorithm),
        (
            "alg none, no signature",
            unsigned("none", ""),
            "the token is malformed: it has no signature",
        ),
        (
            "alg none with a good signature",
            with_header(&HEADER.replace("HS256", "none")),
            algorithm,
        ),
        (
            "alg empty",
            with_header(&HEADER.replace("HS256", "")),
            algorithm,
        ),
        (
            "alg in small letters",
            with_header(&HEADER.replace("HS256", "hs256")),
            algorithm,
        ),
        (
            "alg missing",
            with_header(r#"{"typ":"JWT","kid":"one"}"#),
            algorithm,
        ),
        (
            "alg null",
            with_header(r#"{"alg":null,"kid":"one"}"#),
            algorithm,
        ),
        (
            "alg a list",
            with_header(r#"{"alg":["HS256"],"kid":"one"}"#),
            algorithm,
        ),
        (
            "alg of the family that is not configured",
            with_header(&HEADER.replace("HS256", "HS384")),
            algorithm,
        ),
        (
            "alg twice",
            with_header(r#"{"alg":"none","alg":"HS256","kid":"one"}"#),
            header,
        ),
        (
            "empty signature",
            format!("{message}."),
            "the token is malformed: it has no signature",
        ),
        ("another payload under the signature", swapped, signature),
        (
            "another secret",
            confused("HS256", b"0123456789abcdef0123456789abcdeX"),
            signature,
        ),
        (
            "half a signature",
            good[..good.len() - 8].to_owned(),
            signature,
        ),
        ("signature spelled differently", respelled, signature),
        ("signature with padding", format!("{good}="), signature),
        ("trailing byte", format!("{good}A"), signature),
        ("trailing line end", format!("{good}\n"), signature),
        ("leading blank", format!(" {good}"), header),
        ("one part", encoded(HEADER), three),
        ("two parts", message.to_owned(), three),
        ("four parts", format!("{good}.AAAA"), three),
        (
            "five parts, as encrypted tokens have",
            format!("{good}.AAAA.AAAA"),
            three,
        ),
        ("nothing", String::new(), three),
        (
            "points alone",
            "..".to_owned(),
            "the token is malformed: it has no signature",
        ),
        (
            "header with padding",
            signed_parts(
                &URL_SAFE.encode(r#"{"alg":"HS256","kid":"one" }"#),
                &encoded(&claims()),
            ),
            header,
        ),
        (
            "payload with padding",
            signed_parts(&encoded(HEADER), &format!("{}=", encoded(&claims()))),
            payload,
        ),
        (
            "payload in the other base64",
            signed_parts(&encoded(HEADER), &STANDARD.encode(r#"{"sub":"???>>>"}"#)),
            payload,
        ),
        ("header not JSON", with_header("HS256"), header),
        ("header a list", with_header(r#"["HS256"]"#), header),
        (
            "header not UTF-8",
            signed_parts(
                &URL_SAFE_NO_PAD.encode(b"{\"alg\":\"HS256\xff\"}"),
                &encoded(&claims()),
            ),
            header,
        ),
        ("payload a list", signed(HEADER, "[]"), payload),
        ("payload not JSON", signed(HEADER, "ada"), payload),
        (
            "payload with trailing text",
            signed(HEADER, &format!("{}x", claims())),
            payload,
        ),
        (
            "payload nested too deep",
            signed(
                HEADER,
                &format!("{{\"a\":{}1{}}}", "[".repeat(500), "]".repeat(500)),
            ),
            payload,
        ),
        (
            "kid unknown",
            with_header(&HEADER.replace("one", "two")),
            key,
        ),
        (
            "kid a path",
            with_header(&HEADER.replace("one", "../../../../dev/null")),
            key,
        ),
        (
            "kid SQL",
            with_header(&HEADER.replace("one", "one' OR '1'='1")),
            key,
        ),
        ("kid empty", with_header(&HEADER.replace("one", "")), key),
        (
            "kid a number",
            with_header(r#"{"alg":"HS256","kid":1}"#),
            key,
        ),
        (
            "kid in other letters",
            with_header(&HEADER.replace("one", "ONE")),
            key,
        ),
        ("jwk in the header", with_header(jwk), key),
        (
            "jku in the header",
            with_header(r#"{"alg":"HS256","kid":"evil","jku":"http://127.0.0.1:1/keys"}"#),
            key,
        ),
        (
            "x5u in the header",
            with_header(r#"{"alg":"HS256","kid":"evil","x5u":"http://127.0.0.1:1/cert"}"#),
            key,
        ),
        (
            "crit",
            with_header(r#"{"alg":"HS256","kid":"one","crit":["exp"],"exp":1}"#),
            extension,
        ),
        (
            "crit empty",
            with_header(r#"{"alg":"HS256","kid":"one","crit":[]}"#),
            extension,
        ),
        (
            "b64 false",
            with_header(r#"{"alg":"HS256","kid":"one","b64":false}"#),
            extension,
        ),
        (
            "exp missing",
            with_claim("exp", ""),
            "claim `exp`: it is missing",
        ),
        (
            "exp text",
            with_claim("exp", "\"1767225660\""),
            no_time("exp"),
        ),
        ("exp null", with_claim("exp", "null"), no_time("exp")),
        ("exp true", with_claim("exp", "true"), no_time("exp")),
        (
            "exp a list",
            with_claim("exp", "[1767225660]"),
            no_time("exp"),
        ),
        ("exp negative", with_claim("exp", "-1"), no_time("exp")),
        ("exp endless", with_claim("exp", "1e300"), no_time("exp")),
        (
            "exp past",
            with_claim("exp", "1767225590"),
            "claim `exp`: the token has expired",
        ),
        (
            "exp now, after the leeway",
            with_claim("exp", "1767225595"),
            "claim `exp`: the token has expired",
        ),
        (
            "exp past with a fraction",
            with_claim("exp", "1767225595.9"),
            "claim `exp`: the token has expired",
        ),
        (
            "exp zero",
            with_claim("exp", "0"),
            "claim `exp`: the token has expired",
        ),
        (
            "exp twice",
            signed(HEADER, &claims().replace('{', "{\"exp\":1,")),
            payload,
        ),
        (
            "nbf in the future",
            with_claim("nbf", "1767225606"),
            "claim `nbf`: the token is not valid yet",
        ),
        ("nbf text", with_claim("nbf", "\"0\""), no_time("nbf")),
        ("nbf null", with_claim("nbf", "null"), no_time("nbf")),
        ("iat text", with_claim("iat", "\"0\""), no_time("iat")),
        (
            "iss missing",
            with_claim("iss", ""),
            "claim `iss`: it is missing",
        ),
        (
            "iss another",
            with_claim("iss", "\"evil\""),
            "claim `iss`: it is not one of the configured issuers",
        ),
        (
            "iss with a slash",
            with_claim("iss", "\"login/\""),
            "claim `iss`: it is not one of the configured issuers",
        ),
        (
            "iss a list",
            with_claim("iss", "[\"login\"]"),
            "claim `iss`: it is not text",
        ),
        (
            "aud missing",
            with_claim("aud", ""),
            "claim `aud`: it is missing",
        ),
        (
            "aud another",
            with_claim("aud", "\"other\""),
            "claim `aud`: it has none of the configured audiences",
        ),
        (
            "aud a list of others",
            with_claim("aud", "[\"other\",\"API\"]"),
            "claim `aud`: it has none of the configured audiences",
        ),
        (
            "aud an empty list",
            with_claim("aud", "[]"),
            "claim `aud`: it has none of the configured audiences",
        ),
        (
            "aud a list with a number",
            with_claim("aud", "[\"api\",1]"),
            "claim `aud`: it is neither text nor a list of texts",
        ),
        (
            "aud an object",
            with_claim("aud", "{\"api\":true}"),
            "claim `aud`: it is neither text nor a list of texts",
        ),
        (
            "aud in a longer name",
            with_claim("aud", "\"api.evil\""),
            "claim `aud`: it has none of the configured audiences",
        ),
        (
            "sub a number",
            with_claim("sub", "7"),
            "claim `sub`: it is not text",
        ),
        (
            "sub missing, which the type requires",
            with_claim("sub", ""),
            "the claims are not valid for `it::forged_tokens::Claims`",
        ),
        (
            "scope an object",
            with_claim("scope", "{}"),
            "claim `scope`: it is neither text nor a list of texts",
        ),
        (
            "huge",
            "A".repeat(8193),
            "the token has 8193 bytes, the limit is 8192",
        ),
    ]
}

#[tokio::test]
async fn v22_forged_tokens_are_rejected() {
    let tokens = hmac();
    let good = Secret::new(with_header(HEADER));
    assert_eq!(tokens.check(&good).await.unwrap().value.sub, "ada");
    let forged = forged();
    assert!(forged.len() >= 40);
    for (name, token, reason) in forged {
        let error = tokens.check(&Secret::new(token)).await.expect_err(name);
        assert_eq!(error.to_string(), reason, "{name}");
        let response = HttpError::from(error).into_response(avocet::response::ErrorFormat::FastApi);
        assert_eq!(response.status(), 401, "{name}");
        let challenge = "Bearer error=\"invalid_token\"";
        assert_eq!(response.headers()["www-authenticate"], challenge, "{name}");
    }
}

#[tokio::test]
async fn v22_a_public_key_is_no_secret() {
    let tokens = rsa();
    let public = include_bytes!("keys/rsa.pub.pem");
    for (alg, reason) in [
        ("HS256", "the algorithm is not one of the configured ones"),
        ("RS256", "the signature is wrong"),
    ] {
        for key in [&public[..], public.trim_ascii()] {
            let error = tokens
                .check(&Secret::new(confused(alg, key)))
                .await
                .unwrap_err();
            assert_eq!(error.to_string(), reason, "{alg}");
        }
    }
    let message = format!("{}.{}", encoded(RSA_HEADER), encoded(&claims()));
    let key = EncodingKey::from_rsa_pem(include_bytes!("keys/rsa.pem")).unwrap();
    let signature = sign(message.as_bytes(), &key, Inner::RS256).unwrap();
    assert!(
        tokens
            .check(&Secret::new(format!("{message}.{signature}")))
            .await
            .is_ok()
    );
    // Other algorithms of the same kind of key are not accepted either.
    let message = message.replace(
        &encoded(RSA_HEADER),
        &encoded(&RSA_HEADER.replace("RS256", "PS256")),
    );
    let signature = sign(message.as_bytes(), &key, Inner::PS256).unwrap();
    let error = tokens
        .check(&Secret::new(format!("{message}.{signature}")))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the algorithm is not one of the configured ones"
    );
}

#[tokio::test]
async fn odd_tokens_that_the_rfc_allows_are_accepted() {
    for (name, token) in [
        ("aud a list", with_claim("aud", "[\"other\",\"api\"]")),
        ("exp with a fraction", with_claim("exp", "1767225660.5")),
        (
            "exp past, within the leeway",
            with_claim("exp", "1767225596"),
        ),
        (
            "nbf in the future, within the leeway",
            with_claim("nbf", "1767225605"),
        ),
        (
            "blanks in the header",
            with_header("{ \"alg\" : \"HS256\" , \"kid\" : \"one\" }"),
        ),
        ("no kid, with one key", with_header(r#"{"alg":"HS256"}"#)),
        (
            "keys in the header, which are not read",
            with_header(
                r#"{"alg":"HS256","kid":"one","jku":"http://127.0.0.1:1/","jwk":{"kty":"oct","k":"AAAA"}}"#,
            ),
        ),
    ] {
        assert!(hmac().check(&Secret::new(token)).await.is_ok(), "{name}");
    }
}

#[tokio::test]
async fn a_requirement_is_dropped_by_name_alone() {
    let key = || VerifyingKey::secret(&secret()).unwrap();
    let config = || {
        JwtConfig::new([Algorithm::Hs256])
            .key(key())
            .clock(Clock::manual())
    };
    let bare = Secret::new(signed(r#"{"alg":"HS256"}"#, r#"{"sub":"ada"}"#));
    let open: Jwt<Claims> = config()
        .any_issuer()
        .any_audience()
        .without_expiry()
        .build()
        .unwrap();
    assert!(open.check(&bare).await.is_ok());
    // What is there must have its type and is still checked.
    for claim in [r#""exp":"1""#, r#""exp":1"#, r#""iss":1"#, r#""aud":1"#] {
        let token = signed(r#"{"alg":"HS256"}"#, &format!(r#"{{"sub":"ada",{claim}}}"#));
        assert!(open.check(&Secret::new(token)).await.is_err(), "{claim}");
    }
    for config in [
        config().issuer("login").any_audience().without_expiry(),
        config().any_issuer().audience("api").without_expiry(),
        config().any_issuer().any_audience(),
    ] {
        assert!(
            config
                .build::<Claims>()
                .unwrap()
                .check(&bare)
                .await
                .is_err()
        );
    }
    let typed: Jwt<Claims> = config()
        .issuer("login")
        .audience("api")
        .token_type("at+jwt")
        .build()
        .unwrap();
    let header =
        |name: &str| Secret::new(with_header(&format!(r#"{{"alg":"HS256","typ":"{name}"}}"#)));
    assert!(typed.check(&header("AT+JWT")).await.is_ok());
    assert!(typed.check(&header("JWT")).await.is_err());
}
