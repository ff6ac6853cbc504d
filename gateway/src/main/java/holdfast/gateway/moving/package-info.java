/// Links that come from Baileys and go back to it: its multi-file auth state, read and written.
///
/// Owns the forms of those files (`docs/moving-from-baileys.md` describes them) and the limits of
/// what is taken in. Writes a link by the store's one commit, and knows nothing of HTTP.
@NullMarked
package holdfast.gateway.moving;

import org.jspecify.annotations.NullMarked;
