/// The API as people and programs touch it: `openapi.yaml` says it first, this does it.
///
/// Owns keys and scopes, the shapes of requests and answers, and the one list of problems. Decides
/// nothing about sessions: it asks them and translates what they say.
@NullMarked
package holdfast.gateway.http;

import org.jspecify.annotations.NullMarked;
