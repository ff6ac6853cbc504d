package holdfast.sandbox.control;

import holdfast.sandbox.iq.GroupChanges;
import holdfast.sandbox.phone.LinkCode;
import holdfast.sandbox.phone.Note;
import holdfast.sandbox.phone.Phone;
import holdfast.sandbox.phone.Prepared;
import holdfast.sandbox.phone.QrText;
import holdfast.sandbox.server.Network;
import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Group;
import holdfast.sandbox.world.GroupCiphertext;
import holdfast.sandbox.world.Refused;
import holdfast.sandbox.world.Violations.Violation;
import holdfast.sandbox.world.World;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What people, tests and the control interface do with the sandbox. Each call runs on the world's
/// thread and is answered when it is durable; what can't be done is [Refused].
public final class Operations {
  /// A phone as others see it; `devices` are the numbers of its companions.
  public record PhoneView(
      String number, String pushName, String jid, String lid, List<Integer> devices) {
    @Override
    public String toString() {
      return "PhoneView[" + devices.size() + " companions]";
    }
  }

  public record GroupView(String id, String subject, List<String> members) {}

  private final Network network;
  private final World world;

  public Operations(Network network) {
    this.network = network;
    this.world = network.world();
  }

  private <T> T wait(Supplier<T> task) {
    return Waiting.on(world.loop().submit(task));
  }

  // ---- phones

  /// Makes a phone, or renames the one there is. True when it is new.
  public boolean makePhone(String number, String pushName) {
    if (!number.matches("[1-9][0-9]{6,14}")) {
      throw new Refused(
          400, "not_a_number", "number", "A phone number is 7 to 15 digits with its country code.");
    }
    return wait(
        () -> {
          var known = network.phones().find(number);
          known.ifPresent(phone -> phone.account().setPushName(pushName));
          if (known.isEmpty()) {
            network.phones().make(number, pushName);
          }
          return known.isEmpty();
        });
  }

  /// Whether the phone answers each text with the same text.
  public void setEchoes(String number, boolean echoes) {
    wait(
        () -> {
          phone(number).setEchoes(echoes);
          return echoes;
        });
  }

  public List<PhoneView> phones() {
    return wait(() -> network.phones().all().stream().map(Operations::view).toList());
  }

  public PhoneView phoneView(String number) {
    return wait(() -> view(phone(number)));
  }

  private static PhoneView view(Phone phone) {
    var account = phone.account();
    return new PhoneView(
        account.phone(),
        account.pushName(),
        account.phoneJid().toString(),
        account.lidJid().toString(),
        account.devices().stream().map(Device::number).filter(number -> number > 0).toList());
  }

  private Phone phone(String number) {
    return network
        .phones()
        .find(number)
        .orElseThrow(() -> new Refused(404, "unknown_phone", "number", "There is no such phone."));
  }

  /// A phone scans a linking code; gives the companion's number once it has signed.
  public int scan(String number, String qr) {
    var text = QrText.parse(qr);
    return Waiting.on(wait(() -> network.pairing().scan(phone(number), text)));
  }

  /// A person types a pairing code; gives the companion's number once it has signed.
  public int enterCode(String number, String typed) {
    var code = LinkCode.normalized(typed);
    var waiting =
        Waiting.on(wait(() -> network.pairing().waiting(phone(number).account().phone())));
    var begun = LinkCode.type(code, waiting.wrapped(), world.random());
    return Waiting.on(wait(() -> network.pairing().typed(waiting, phone(number), begun)));
  }

  public void unlink(String number, int device) {
    wait(
        () -> {
          network.remove(companion(phone(number).account(), device));
          return device;
        });
  }

  /// How many stanzas wait for a companion's answer: delivered to it, or kept while it is away.
  public int unanswered(String number, int device) {
    return wait(() -> companion(phone(number).account(), device).queue().entries().size());
  }

  private static Device companion(Account account, int number) {
    return account
        .device(number)
        .filter(device -> !device.isPrimary())
        .orElseThrow(
            () -> new Refused(404, "unknown_device", "device", "There is no such companion."));
  }

  /// Makes `count` phones, numbered from `first` on, each with a companion that is linked already.
  public List<Prepared> prepare(long first, int count, int preKeys) {
    return wait(
        () -> {
          var made = new ArrayList<Prepared>(count);
          for (long number = first; number < first + count; number++) {
            if (network.phones().find(Long.toString(number)).isPresent()) {
              throw new Refused(409, "number_taken", "first", "One of the numbers has its phone.");
            }
            var phone = network.phones().make(Long.toString(number), "Prepared");
            made.add(Prepared.link(world, phone, preKeys));
          }
          return made;
        });
  }

  /// Gives the message's id.
  public String sendFromPhone(String number, String to, String text) {
    return sendFromPhone(number, to, text, 1);
  }

  /// The same text `count` times, each a message of its own; gives the last one's id.
  public String sendFromPhone(String number, String to, String text, int count) {
    return wait(
        () -> {
          var last = "";
          for (int i = 0; i < count; i++) {
            last = phone(number).sendText(to, text);
          }
          return last;
        });
  }

  public List<Note> phoneMessages(String number) {
    return wait(() -> phone(number).notes());
  }

  // ---- groups

  /// The newest message of a group as the server saw it.
  public GroupCiphertext lastGroupCiphertext(String group) {
    return wait(
        () ->
            world
                .lastInGroup(group)
                .orElseThrow(
                    () -> new Refused(404, "no_message", "group", "Nothing was sent to it.")));
  }

  /// Whether a phone that is handed those bytes can read them.
  public boolean phoneReads(String number, GroupCiphertext message) {
    return wait(() -> phone(number).reads(message));
  }

  /// The first member makes it.
  public GroupView makeGroup(String subject, List<String> members) {
    return wait(
        () -> {
          var accounts = accounts(members, "members");
          if (accounts.isEmpty()) {
            throw new Refused(400, "no_members", "members", "A group needs a member.");
          }
          var group = world.makeGroup(subject, accounts.getFirst());
          accounts.stream().skip(1).forEach(account -> group.put(account, Group.Role.MEMBER));
          GroupChanges.created(world, group, accounts.getFirst());
          return view(group);
        });
  }

  public GroupView changeGroup(String id, List<String> add, List<String> remove) {
    return wait(
        () -> {
          var group = group(id);
          var admin =
              world.members(group).stream()
                  .filter(group::isAdmin)
                  .findFirst()
                  .or(() -> world.members(group).stream().findFirst())
                  .orElseThrow();
          GroupChanges.added(world, group, admin, accounts(add, "add"), "");
          GroupChanges.removed(world, group, admin, accounts(remove, "remove"));
          return view(group);
        });
  }

  public List<GroupView> groups() {
    return wait(() -> world.groups().stream().map(this::view).toList());
  }

  private Group group(String id) {
    var jid = id.contains("@") ? Jid.tryParse(id) : Optional.of(Jid.of(id, Jid.GROUP_SERVER));
    return jid.flatMap(world::group)
        .orElseThrow(() -> new Refused(404, "unknown_group", "id", "There is no such group."));
  }

  private List<Account> accounts(List<String> numbers, String field) {
    var accounts = new LinkedHashSet<Account>();
    for (var number : numbers) {
      accounts.add(
          world
              .byPhone(number)
              .orElseThrow(
                  () -> new Refused(404, "unknown_phone", field, "There is no such phone.")));
    }
    return List.copyOf(accounts);
  }

  private GroupView view(Group group) {
    return new GroupView(
        group.jid().toString(),
        group.subject().text(),
        world.members(group).stream().map(Account::phone).toList());
  }

  // ---- what only a server can see

  public SocketsView sockets() {
    return wait(() -> SocketsView.of(world.sockets()));
  }

  /// Of one device (`phone:device`), or of all.
  public List<Violation> violations(Optional<String> device) {
    var key = device.map(Operations::deviceKey);
    return wait(
        () ->
            world.violations().found().stream()
                .filter(it -> key.isEmpty() || it.device().equals(key.get()))
                .toList());
  }

  /// `phone:device` out of that, or out of a JID.
  static String deviceKey(String text) {
    var at = text.indexOf('@');
    return at < 0 ? text : text.substring(0, at);
  }
}
