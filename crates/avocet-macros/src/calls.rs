//! Calls bound by a user's type, spanned so that a wrong type is a single error that underlines the type.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

/// `::avocet::__private::function::<kind>(arguments)`.
///
/// The call has the span of the type, because the compiler reports a missing trait once for each span.
pub(crate) fn bound(function: &str, kind: &Type, arguments: TokenStream) -> TokenStream {
    generic(function, kind, None, arguments)
}

/// Like `bound`, for a function with a second type parameter, which the compiler infers.
pub(crate) fn bound_and_inferred(
    function: &str,
    kind: &Type,
    arguments: TokenStream,
) -> TokenStream {
    generic(function, kind, Some(&quote!(, _)), arguments)
}

fn generic(
    function: &str,
    kind: &Type,
    more: Option<&TokenStream>,
    arguments: TokenStream,
) -> TokenStream {
    let (first, last) = ends(&kind.to_token_stream());
    let function = Ident::new(function, first);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(last);
    quote_spanned!(first=> ::avocet::__private::#function::<#kind #more> #arguments)
}

/// Like `bound`, as a statement that only asserts the bounds of the type.
pub(crate) fn assertion(function: &str, kind: &Type) -> TokenStream {
    let call = bound(function, kind, TokenStream::new());
    quote_spanned!(Span::call_site()=> #call;)
}

/// The spans of the first and the last token.
fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut spans = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => (group.span_open(), group.span_close()),
        other => (other.span(), other.span()),
    });
    let Some((first, mut last)) = spans.next() else {
        return (Span::call_site(), Span::call_site());
    };
    if let Some((_, end)) = spans.last() {
        last = end;
    }
    (first, last)
}
