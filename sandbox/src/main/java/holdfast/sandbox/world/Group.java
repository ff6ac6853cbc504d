package holdfast.sandbox.world;

import holdfast.stanza.Jid;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A group, in LID addressing: members are accounts, known by the user part of their LID.
public final class Group {
  public enum Role {
    MEMBER,
    ADMIN,
    SUPERADMIN;

    /// The `type` attribute; a plain member has none.
    public Optional<String> wire() {
      return this == MEMBER
          ? Optional.empty()
          : Optional.of(name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  /// A text with its author (LID user) and time.
  public record Signed(String id, String text, String by, long at) {}

  private record Stored(
      String id,
      String creator,
      long createdAt,
      Signed subject,
      Signed description,
      Map<String, Role> members,
      Set<String> settings,
      long expiration,
      String inviteCode,
      Set<String> requests,
      long version) {}

  public static final Signed NO_DESCRIPTION = new Signed("", "", "", 0);

  private final Records records;
  private final String id;
  private final String creator;
  private final long createdAt;
  private Signed subject;
  private Signed description = NO_DESCRIPTION;
  private final Map<String, Role> members = new LinkedHashMap<>();
  private final Set<String> settings = new TreeSet<>();
  private final Set<String> requests = new TreeSet<>();
  private long expiration;
  private String inviteCode;
  private long version = 1;

  Group(Records records, String id, Signed subject, String inviteCode) {
    this.records = records;
    this.id = id;
    this.creator = subject.by();
    this.createdAt = subject.at();
    this.subject = subject;
    this.inviteCode = inviteCode;
  }

  static Group restore(Records records, byte[] bytes) {
    var stored = Json.read(bytes, Stored.class);
    var born = new Signed("", "", stored.creator(), stored.createdAt());
    var group = new Group(records, stored.id(), born, stored.inviteCode());
    group.subject = stored.subject();
    group.description = stored.description();
    group.members.putAll(stored.members());
    group.settings.addAll(stored.settings());
    group.requests.addAll(stored.requests());
    group.expiration = stored.expiration();
    group.version = stored.version();
    return group;
  }

  private void changed() {
    version++;
    save();
  }

  void save() {
    records.put(
        "group",
        id,
        () ->
            Json.bytes(
                new Stored(
                    id,
                    creator,
                    createdAt,
                    subject,
                    description,
                    members,
                    settings,
                    expiration,
                    inviteCode,
                    requests,
                    version)));
  }

  void erase() {
    records.remove("group", id);
  }

  /// The number without the server.
  public String id() {
    return id;
  }

  public Jid jid() {
    return Jid.of(id, Jid.GROUP_SERVER);
  }

  public String creator() {
    return creator;
  }

  public long createdAt() {
    return createdAt;
  }

  public Signed subject() {
    return subject;
  }

  public void setSubject(Signed now) {
    subject = now;
    changed();
  }

  public Signed description() {
    return description;
  }

  public void setDescription(Signed now) {
    description = now;
    changed();
  }

  /// Grows with each change: the `v_id` attributes.
  public long version() {
    return version;
  }

  public Map<String, Role> members() {
    return members;
  }

  public boolean has(Account account) {
    return members.containsKey(account.lid());
  }

  public boolean isAdmin(Account account) {
    return members.getOrDefault(account.lid(), Role.MEMBER) != Role.MEMBER;
  }

  public void put(Account account, Role role) {
    members.put(account.lid(), role);
    requests.remove(account.lid());
    changed();
  }

  public void remove(Account account) {
    members.remove(account.lid());
    changed();
  }

  /// LID users who asked to be let in.
  public Set<String> requests() {
    return requests;
  }

  public void setRequested(Account account, boolean asks) {
    if (asks ? requests.add(account.lid()) : requests.remove(account.lid())) {
      changed();
    }
  }

  /// `announcement`, `locked`, `membership_approval_mode`, `admin_add`: on when contained.
  public Set<String> settings() {
    return settings;
  }

  public void set(String setting, boolean on) {
    if (on ? settings.add(setting) : settings.remove(setting)) {
      changed();
    }
  }

  /// Seconds until messages disappear; 0 for never.
  public long expiration() {
    return expiration;
  }

  public void setExpiration(long seconds) {
    expiration = seconds;
    changed();
  }

  public String inviteCode() {
    return inviteCode;
  }

  public void setInviteCode(String code) {
    inviteCode = code;
    changed();
  }
}
