package holdfast.gateway.moving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.signal.Ciphertext;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MovingTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private Path temp;
  private DataFolder folder;
  private Database database;
  private Moving moving;

  /// Where the database is, empty for the embedded one.
  Optional<DatabaseUrl> url() {
    return Optional.empty();
  }

  @BeforeEach
  void open() {
    folder = DataFolder.open(temp.resolve("data"));
    database = Database.open(folder, url(), Optional.empty());
    database.tenants().create("ann", "{}", NOON);
    database.tenants().create("bob", "{}", NOON);
    moving = new Moving(database.tenants(), database.sessions(), InstantSource.fixed(NOON));
  }

  @AfterEach
  void close() {
    database.close();
    folder.close();
  }

  private Draft draft(String tenant) {
    return new Draft(database.sessions().records(tenant), new Cache(100));
  }

  private void importBoth(String version) {
    moving.take("ann", moving.read(Folders.read(version, "ann")), false);
    moving.take("bob", moving.read(Folders.read(version, "bob")), false);
  }

  @ParameterizedTest
  @ValueSource(strings = {Folders.OLD, Folders.NEW})
  @DisplayName("R26 After an import both sides read each other in the ratchets that Baileys left")
  void goesOnInTheRatchets(String version) {
    importBoth(version);

    says("ann", "bob", "ann goes on");
    says("bob", "ann", "bob answers");
    says("ann", "bob", "and once more");
  }

  private void says(String from, String to, String text) {
    var sender = draft(from);
    var reader = draft(to);
    var address = account(reader);
    var encrypted =
        sender.ratchet(address).encrypt(sender.credentials().orElseThrow().self(), bytes(text));
    var outcome =
        reader
            .ratchet(account(sender))
            .decrypt(
                reader.credentials().orElseThrow().self(),
                encrypted.ciphertext().type(),
                encrypted.ciphertext().bytes(),
                new NoPreKeys(),
                RANDOM);
    assertThat(outcome).isInstanceOf(Ratchet.Outcome.Plaintext.class);
    var read = (Ratchet.Outcome.Plaintext) outcome;
    assertThat(new String(read.bytes(), StandardCharsets.UTF_8)).isEqualTo(text);
    sender.ratchet(address, encrypted.next());
    reader.ratchet(account(sender), read.next());
    database.sessions().commit(sender.batch(from, 1));
    database.sessions().commit(reader.batch(to, 1));
  }

  /// Everything must be found in a ratchet that exists: none is begun.
  private record NoPreKeys() implements Ratchet.PreKeys {
    @Override
    public Optional<holdfast.crypto.KeyPair> oneTime(int id) {
      return Optional.empty();
    }

    @Override
    public Optional<holdfast.crypto.KeyPair> signed(int id) {
      return Optional.empty();
    }
  }

  private static Jid account(Draft draft) {
    return draft.control().account().orElseThrow().lid();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("R26 A group's sender keys go on at the position where Baileys left them")
  void goesOnInTheSenderKeys() {
    importBoth(Folders.NEW);
    var ann = draft("ann");
    var bob = draft("bob");
    var group = group(ann);
    var encrypted = ann.senderKey(group, account(ann)).encrypt(bytes("to all"), RANDOM);
    assertThat(encrypted.ciphertext().type()).isEqualTo(Ciphertext.Type.SKMSG);

    var outcome = bob.senderKey(group, account(ann)).decrypt(encrypted.ciphertext().bytes());

    assertThat(outcome).isInstanceOf(SenderKey.Outcome.Plaintext.class);
    assertThat(((SenderKey.Outcome.Plaintext) outcome).bytes()).isEqualTo(bytes("to all"));
    assertThat(ann.holdersOfSenderKey(group)).contains(account(bob)).doesNotContain(account(ann));
  }

  private static Jid group(Draft draft) {
    return draft.groupsKeyedBy(account(draft)).getFirst();
  }

  @Test
  @DisplayName("R26 Who we are, our prekeys, tokens, app state keys and LID pairs come along")
  void takesEverything() {
    importBoth(Folders.NEW);
    var ann = draft("ann");
    var control = ann.control();
    assertThat(control.phase()).isEqualTo("stopped");
    assertThat(control.wanted()).isFalse();
    assertThat(control.account().orElseThrow().jid()).hasToString("15550102003:1@s.whatsapp.net");
    assertThat(control.account().orElseThrow().pushName()).contains("ann");
    assertThat(ann.credentials().orElseThrow().deviceIdentity()).isPresent();
    assertThat(ann.preKey(812)).isPresent();
    assertThat(ann.preKeyBook().nextId()).isEqualTo(813);
    assertThat(ann.preKeyBook().uploadedOnce()).isTrue();
    assertThat(ann.preKeyBook().signedId()).isEqualTo(1);
    assertThat(ann.trustedToken(account(draft("bob")).bare()).received()).isNotEmpty();
    assertThat(ann.appStateKey("000000000001")).isPresent();
    assertThat(ann.routing()).isPresent();
    assertThat(ann.lidOf(Jid.phone("15550102004"))).contains(account(draft("bob")).bare());
    assertThat(ann.identity(account(ann).bare())).isPresent();
  }

  @Test
  @DisplayName("R26 Version 6 tells no LID from a phone number: equal identity keys pair them")
  void pairsByIdentity() {
    importBoth(Folders.OLD);
    var ann = draft("ann");
    var bob = account(draft("bob"));

    assertThat(ann.lidOf(Jid.phone("15550102022"))).contains(bob.bare());
    assertThat(ann.devicesWithRatchet(bob.bare())).contains(bob.bare(), bob);
    assertThat(ann.devicesWithRatchet(Jid.phone("15550102022"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {Folders.OLD, Folders.NEW})
  @DisplayName("R26 What is exported is imported as the same link again")
  void survivesTheWayOutAndIn(String version) {
    moving.take("ann", moving.read(Folders.read(version, "ann")), false);

    moving.take("bob", moving.read(moving.exportOf("ann")), false);

    var first = database.sessions().records("ann");
    var second = database.sessions().records("bob");
    for (var table : Table.OF_A_LINK) {
      if (table.equals(Table.SENDER_KEY_SHARE)) {
        continue; // not exported: Baileys gives its keys to everybody anew
      }
      var keys = first.keys(table, "", 1_000);
      assertThat(second.keys(table, "", 1_000)).as(table.recordName()).isEqualTo(keys);
      for (var key : keys) {
        assertThat(second.read(table, key).orElseThrow())
            .as("%s %s", table, key)
            .isEqualTo(first.read(table, key).orElseThrow());
      }
    }
  }

  @Test
  @DisplayName("A linked tenant is left alone, unless it is said that its link may go")
  void refusesALinkedTenant() {
    moving.take("ann", moving.read(Folders.read(Folders.NEW, "ann")), false);
    var bob = Folders.read(Folders.NEW, "bob");

    assertThatThrownBy(() -> moving.take("ann", moving.read(bob), false))
        .isInstanceOf(Moving.Linked.class);
    assertThat(account(draft("ann"))).hasToString("210155369031787:1@lid");

    moving.take("ann", moving.read(bob), true);
    var relinked = draft("ann");
    assertThat(account(relinked)).hasToString("289275087848875:1@lid");
    assertThat(relinked.ratchet(Jid.parse("210155369031787:1@lid")).isOpen()).isTrue();
    assertThat(relinked.groupsKeyedBy(account(relinked))).hasSize(1);
  }

  @Test
  @DisplayName("R25 Credentials that nobody can read are a link too, and go only when that is said")
  void replacesUnreadableCredentials() {
    moving.take("ann", moving.read(Folders.read(Folders.NEW, "ann")), false);
    var spoilt =
        new Batch.Write(Table.CREDENTIALS, "", Optional.of(bytes("spoilt")), Optional.empty());
    var gone = new Batch.Write(Table.CONTROL, "", Optional.empty(), Optional.empty());
    database.sessions().commit(new Batch("ann", 1, List.of(spoilt, gone), List.of(), List.of()));
    var bob = moving.read(Folders.read(Folders.NEW, "bob"));

    assertThatThrownBy(() -> moving.take("ann", bob, false)).isInstanceOf(Moving.Linked.class);
    moving.take("ann", bob, true);

    assertThat(draft("ann").credentials()).isPresent();
    assertThat(draft("ann").devicesWithRatchet(Jid.parse("210155369031787@lid"))).isNotEmpty();
  }

  @Test
  @DisplayName("A tenant without a link has nothing to export")
  void exportsNothing() {
    assertThatThrownBy(() -> moving.exportOf("ann")).isInstanceOf(Moving.NotLinked.class);
  }

  @Test
  @DisplayName("A session of before the import gets nothing in any more")
  void fencesOldSessions() {
    long epoch = database.tenants().takeOver("ann").orElseThrow();
    var stale = draft("ann");
    stale.appStateKey("00", new byte[1]);

    moving.take("ann", moving.read(Folders.read(Folders.NEW, "ann")), false);

    var batch = stale.batch("ann", epoch);
    assertThatThrownBy(() -> database.sessions().commit(batch))
        .isInstanceOf(holdfast.client.Store.StaleEpoch.class);
  }
}
