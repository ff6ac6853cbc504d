/// Binary XML: bytes → element → typed stanza, and back; JIDs; tokens.
///
/// Knows the wire form of stanzas and nothing of what is done about them.
@NullMarked
package holdfast.stanza;

import org.jspecify.annotations.NullMarked;
