package holdfast.store;

import holdfast.stanza.Jid;
import java.time.Instant;
import java.util.List;

/// What sending to a group needs: its members as bare JIDs in the group's own addressing (LID, or
/// phone numbers when `lidAddressed` is false).
public record GroupInfo(
    Jid jid, String subject, boolean lidAddressed, List<Jid> members, Instant at) {}
