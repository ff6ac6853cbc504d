package holdfast.store;

import holdfast.crypto.BadKey;
import holdfast.signal.PreKey;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import holdfast.stanza.MalformedStanza;
import java.util.List;
import java.util.function.Function;

/// A kind of record: its name in stores, whether it must be sealed at rest, and how a value becomes
/// bytes and back.
///
/// Keys are texts: a JID, `group/device`, a number padded so that text order is number order; one
/// fixed key ([#ONLY]) where a tenant has a single record.
public final class Table<T> {
  /// The key of the single record.
  public static final String ONLY = "";

  public static final Table<Control> CONTROL = open("control", Codecs::encode, Codecs::control);
  public static final Table<Credentials> CREDENTIALS =
      sealed("credentials", Codecs::encode, Codecs::credentials);

  /// The key set of a link that isn't made yet: made once, kept until it is linked (R1).
  public static final Table<Credentials> CANDIDATE =
      sealed("candidate", Codecs::encode, whole(Codecs::credentials));

  /// Credentials put aside by a logout from the phone or by a relink (R17, R27).
  public static final Table<Credentials> CREDENTIALS_ASIDE = CREDENTIALS.aside();

  public static final Table<PreKeyBook> PREKEY_BOOK =
      open("prekey_book", Codecs::encode, Codecs::preKeyBook);
  public static final Table<PreKey> PREKEY =
      sealed("prekey", Codecs::encode, whole(Codecs::preKey));
  public static final Table<Ratchet> RATCHET =
      sealed("ratchet", Ratchet::encode, whole(Ratchet::decode));

  /// A remote account's identity key, 32 bytes, by bare or device JID.
  public static final Table<byte[]> IDENTITY =
      sealed("identity", Function.identity(), Function.identity());

  public static final Table<SenderKey> SENDER_KEY =
      sealed("sender_key", SenderKey::encode, whole(SenderKey::decode));

  /// Which sender key id a device of a group has been given.
  public static final Table<Long> SENDER_KEY_SHARE =
      open("sender_key_share", Codecs::encode, Codecs::number);

  public static final Table<DeviceList> DEVICES =
      open("devices", Codecs::encode, Codecs::deviceList);

  /// LID user by phone user, and the way back.
  public static final Table<String> LID = open("lid_map", Codecs::encode, Codecs::text);

  public static final Table<String> PHONE = open("phone_map", Codecs::encode, Codecs::text);
  public static final Table<GroupInfo> GROUP =
      open("group_info", Codecs::encode, Codecs::groupInfo);

  /// Inbound messages already taken (R31); expires.
  public static final Table<String> SEEN = open("seen", Codecs::encode, Codecs::text);

  /// How many retry receipts went out for a message, or were answered for a device; expires.
  public static final Table<Long> RETRIES = open("retries", Codecs::encode, Codecs::number);

  /// What is asked for at the own phone: few at most, so they are one record, and looking whether a
  /// message is among them costs a look into the cache.
  public static final Table<List<Missed>> MISSED =
      sealed("missed", Codecs::encode, whole(Codecs::missed));

  public static final Table<TrustedToken> TRUSTED_TOKEN =
      sealed("trusted_token", Codecs::encode, Codecs::trustedToken);

  /// App state sync keys by key id in hex: a serialized AppStateSyncKeyData.
  public static final Table<byte[]> APP_STATE_KEY =
      sealed("app_state_key", Function.identity(), Function.identity());

  /// Edge routing info, replayed at the next connect.
  public static final Table<byte[]> ROUTING =
      open("routing", Function.identity(), Function.identity());

  /// The id of the newest outbound row, so that ids grow even when the clock is set back.
  public static final Table<String> LAST_OUTBOUND =
      open("last_outbound", Codecs::encode, Codecs::text);

  /// Until when the account may begin no new chats, in milliseconds since 1970.
  public static final Table<Long> NEW_CHATS_LOCK =
      open("new_chats_lock", Codecs::encode, Codecs::number);

  /// What is forgotten when a link ends: everything but the control record and the outbox.
  public static final List<Table<?>> OF_A_LINK =
      List.of(
          CREDENTIALS,
          PREKEY_BOOK,
          PREKEY,
          RATCHET,
          IDENTITY,
          SENDER_KEY,
          SENDER_KEY_SHARE,
          DEVICES,
          GROUP,
          RETRIES,
          MISSED,
          TRUSTED_TOKEN,
          APP_STATE_KEY,
          NEW_CHATS_LOCK,
          ROUTING);

  static final Table<PreKeyBook> PREKEY_BOOK_ASIDE = PREKEY_BOOK.aside();
  static final Table<Ratchet> RATCHET_ASIDE = RATCHET.aside();
  static final Table<SenderKey> SENDER_KEY_ASIDE = SENDER_KEY.aside();
  static final Table<Long> SENDER_KEY_SHARE_ASIDE = SENDER_KEY_SHARE.aside();
  static final Table<List<Missed>> MISSED_ASIDE = MISSED.aside();

  /// What a link needs to go on where it stood, once a relink that has failed is undone (R27). The
  /// rest is asked for again.
  static final List<Shelf<?>> SHELVES =
      List.of(
          new Shelf<>(CREDENTIALS, CREDENTIALS_ASIDE),
          new Shelf<>(PREKEY_BOOK, PREKEY_BOOK_ASIDE),
          Shelf.of(PREKEY),
          new Shelf<>(RATCHET, RATCHET_ASIDE),
          Shelf.of(IDENTITY),
          new Shelf<>(SENDER_KEY, SENDER_KEY_ASIDE),
          new Shelf<>(SENDER_KEY_SHARE, SENDER_KEY_SHARE_ASIDE),
          new Shelf<>(MISSED, MISSED_ASIDE),
          Shelf.of(TRUSTED_TOKEN),
          Shelf.of(NEW_CHATS_LOCK),
          Shelf.of(APP_STATE_KEY));

  /// Where records are while they are put aside.
  public static final List<Table<?>> ASIDE = SHELVES.stream().<Table<?>>map(Shelf::aside).toList();

  /// A table, and where its records are while they are put aside.
  record Shelf<T>(Table<T> table, Table<T> aside) {
    static <T> Shelf<T> of(Table<T> table) {
      return new Shelf<>(table, table.aside());
    }
  }

  private final String name;
  private final boolean secret;
  private final Function<T, byte[]> encoder;
  private final Function<byte[], T> decoder;

  private Table(
      String name, boolean secret, Function<T, byte[]> encoder, Function<byte[], T> decoder) {
    this.name = name;
    this.secret = secret;
    this.encoder = encoder;
    this.decoder = decoder;
  }

  private static <T> Table<T> open(
      String name, Function<T, byte[]> encoder, Function<byte[], T> decoder) {
    return new Table<>(name, false, encoder, decoder);
  }

  private static <T> Table<T> sealed(
      String name, Function<T, byte[]> encoder, Function<byte[], T> decoder) {
    return new Table<>(name, true, encoder, decoder);
  }

  /// What it can't make anything of is [Unreadable], whatever it says itself.
  private static <T> Function<byte[], T> whole(Function<byte[], T> decoder) {
    return bytes -> {
      try {
        return decoder.apply(bytes);
      } catch (IllegalStateException | BadKey | MalformedStanza e) {
        throw new Unreadable(e);
      }
    };
  }

  private Table<T> aside() {
    return new Table<>(name + "_aside", secret, encoder, decoder);
  }

  /// The name in stores and the same for ever.
  public String recordName() {
    return name;
  }

  /// Whether a store must encrypt the value at rest (R25).
  public boolean isSecret() {
    return secret;
  }

  public byte[] encode(T value) {
    return encoder.apply(value);
  }

  public T decode(byte[] bytes) {
    return decoder.apply(bytes);
  }

  @Override
  public String toString() {
    return name;
  }
}
