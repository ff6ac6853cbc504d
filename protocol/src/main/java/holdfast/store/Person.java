package holdfast.store;

import holdfast.stanza.Jid;
import java.util.Optional;

/// Somebody, by what is known of them and never by a guess: `phone` in E.164 digits with `+`.
///
/// `jid` is the phone-number form when it is known, else the LID.
public record Person(
    Jid jid, Optional<String> phone, Optional<Jid> lid, Optional<String> pushName) {}
