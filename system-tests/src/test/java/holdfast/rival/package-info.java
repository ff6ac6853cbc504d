/// Plain clients that play old systems and rivals: a login of their own, and the mistakes of old.
///
/// They know bytes, stanzas and ratchets, and nothing of Holdfast's sessions: what is wrong with
/// the way of old must not be mended by the code that replaces it.
@NullMarked
package holdfast.rival;

import org.jspecify.annotations.NullMarked;
