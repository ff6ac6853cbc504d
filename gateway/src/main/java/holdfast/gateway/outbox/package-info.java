/// What is to be sent, before a session takes it: who it goes to, and that the request is sound.
///
/// Knows phone numbers and JIDs. The queue itself is a session's own (`holdfast.message`).
@NullMarked
package holdfast.gateway.outbox;

import org.jspecify.annotations.NullMarked;
