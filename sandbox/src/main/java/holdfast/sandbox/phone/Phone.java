package holdfast.sandbox.phone;

import holdfast.crypto.KeyPair;
import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Group;
import holdfast.sandbox.world.GroupCiphertext;
import holdfast.sandbox.world.Primary;
import holdfast.sandbox.world.Refused;
import holdfast.sandbox.world.Uplink;
import holdfast.sandbox.world.World;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.List;

/// The simulated phone of an account: always there, with keys and ratchets of its own.
public final class Phone implements Primary {
  private static final int POOL = 100;

  private final World world;
  private final Account account;
  private final Secrets secrets;
  private final Notebook notebook;
  private final Writer writer;
  private final Reader reader;
  private final Household household;

  Phone(World world, Account account, Uplink uplink, Secrets secrets, Notebook notebook) {
    this.world = world;
    this.account = account;
    this.secrets = secrets;
    this.notebook = notebook;
    this.writer = new Writer(world, account, uplink, secrets, notebook);
    this.reader = new Reader(world, account, uplink, secrets, this::received);
    this.household = new Household(world, account, secrets.keys(), writer, notebook);
  }

  public Account account() {
    return account;
  }

  public KeyPair identity() {
    return secrets.keys().identity();
  }

  /// Everything written and read, in order.
  public List<Note> notes() {
    return notebook.notes();
  }

  /// Whether this phone holds the key of a group message, wherever it got the bytes from.
  public boolean reads(GroupCiphertext message) {
    return secrets
        .groups()
        .reads(message.group(), message.sender().signalAddress(), message.bytes());
  }

  public void setEchoes(boolean echoes) {
    secrets.keys().setEchoes(echoes);
  }

  Secrets secrets() {
    return secrets;
  }

  Notebook notebook() {
    return notebook;
  }

  // ---- a person writes

  /// `to`: a phone number, or a JID of a person or group. Gives the message's id.
  public String sendText(String to, String text) {
    var jid = to.contains("@") ? Jid.tryParse(to) : Jid.tryParse(to + "@" + Jid.PHONE_SERVER);
    var chat = jid.orElseThrow(() -> unknown(to));
    if (chat.isGroup()) {
      var group = world.group(chat).filter(it -> it.has(account)).orElseThrow(() -> unknown(to));
      return sendText(group, text);
    }
    var person = world.account(chat).orElseThrow(() -> unknown(to));
    return writer.send(person, writer.text(text));
  }

  private String sendText(Group group, String text) {
    return writer.send(group, writer.text(text));
  }

  private static Refused unknown(String to) {
    return new Refused(404, "unknown_chat", "to", "There is no such person or group: " + to);
  }

  // ---- the network delivers

  @Override
  public boolean isFlowing() {
    return true;
  }

  /// Taken up in the same batch, after what is going on now: phones that talk to phones would
  /// otherwise call each other without end.
  @Override
  public void deliver(Element stanza) {
    world.loop().next(() -> take(stanza));
  }

  private void take(Element stanza) {
    switch (stanza.tag()) {
      case "message" -> reader.message(stanza);
      case "receipt" -> {
        if (stanza.attribute("type").filter("retry"::equals).isPresent()) {
          writer.resend(stanza);
        }
      }
      default -> {} // acks and notifications: the phone looks at the world when it writes
    }
  }

  private void received(Element stanza, Reader.Received received) {
    var message = received.message();
    boolean own = received.sender().account() == account;
    if (message.hasProtocolMessage() && own) {
      household.asked(received.sender(), received.id(), message.getProtocolMessage());
    }
    if (received.peer()) {
      return;
    }
    Content.of(message).ifPresent(content -> note(stanza, received, content));
  }

  private void note(Element stanza, Reader.Received received, Content content) {
    var sender = received.sender().account();
    long at = stanza.number("t").orElse(world.now());
    notebook.keep(
        new Kept(
            received.id(),
            received.chat().toString(),
            sender.lidJid().toString(),
            false,
            received.message().toByteArray(),
            at));
    notebook.note(
        new Note(
            0,
            received.id(),
            writer.chatName(received.chat()),
            sender.phone(),
            content.type(),
            content.text(),
            at,
            1));
    boolean personal = received.chat().equals(sender.lidJid()) && sender != account;
    if (personal && content.type().equals("text")) {
      echo(sender, content.text());
    }
  }

  /// Two phones that echo would never come to an end.
  private void echo(Account to, String text) {
    boolean other =
        to.primary().filter(it -> it instanceof Phone phone && phone.echoes()).isPresent();
    if (echoes() && !other) {
      writer.send(to, writer.text(text));
    }
  }

  private boolean echoes() {
    return secrets.keys().echoes();
  }

  // ---- the server speaks to its phone

  @Override
  public void keysUploaded(Device companion) {
    household.greet(companion);
  }

  @Override
  public void keysLow() {
    self().addPreKeys(secrets.keys().morePreKeys(POOL));
  }

  /// Publishes what others need to write to this phone.
  void publish() {
    account.addDevice(0, Device.Bond.PHONE, secrets.keys().published());
    keysLow();
  }

  private Device self() {
    return account.device(0).orElseThrow();
  }
}
