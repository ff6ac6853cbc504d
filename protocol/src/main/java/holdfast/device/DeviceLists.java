package holdfast.device;

import holdfast.crypto.Digests;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Context;
import holdfast.step.Iq;
import holdfast.store.DeviceList;
import holdfast.store.Draft;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Which devices an account has: asked for by usync, kept until a notification or a differing hash
/// says that they changed (protocol page 05 § 2, § 9).
public final class DeviceLists {
  /// The device number of a business that answers by WhatsApp's cloud: it lives on a server of its
  /// own.
  static final int HOSTED = 99;

  private static final int SID_BYTES = 8;
  private static final int HASH_BYTES = 6;

  private DeviceLists() {}

  /// One question for all of these users: devices, LIDs and, for phone numbers whose LID isn't
  /// known, whether they are on WhatsApp at all. `users` bare.
  public static Element query(Context context, Collection<Jid> users) {
    var entries = new ArrayList<Element>();
    boolean dialled = false;
    for (var user : users) {
      var address = Addresses.known(context.draft(), user);
      if (address.isPhone()) {
        dialled = true;
        var number = Element.of("contact").containing("+" + address.user());
        entries.add(Element.of("user").containing(number));
      } else {
        entries.add(Element.of("user").with("jid", address));
      }
    }
    var protocols = new ArrayList<Element>();
    if (dialled) {
      protocols.add(Element.of("contact"));
    }
    protocols.add(Element.of("devices").with("version", "2"));
    protocols.add(Element.of("lid"));
    var sid = new byte[SID_BYTES];
    context.random().nextBytes(sid);
    return Iq.get(
        "usync",
        Element.of("usync")
            .with("sid", HexFormat.of().formatHex(sid))
            .with("mode", "query")
            .with("last", "true")
            .with("index", "0")
            .with("context", "message")
            .containing(
                Element.of("query").containing(protocols), Element.of("list").containing(entries)));
  }

  /// Takes the answer into the draft: device lists, and who is who. The answer: the phone numbers,
  /// as asked for and as the server writes them, that aren't on WhatsApp.
  public static Set<Jid> take(Context context, Element iq) {
    var absent = new HashSet<Jid>();
    for (var user : iq.requireChild("usync").requireChild("list").children("user")) {
      var entry = Entry.of(user);
      if (user.child("contact").flatMap(contact -> contact.attribute("type")).stream()
          .anyMatch(type -> !type.equals("in"))) {
        entry.phone().ifPresent(absent::add);
        entry.dialled().ifPresent(absent::add);
      } else {
        take(context, entry);
      }
    }
    return absent;
  }

  private static void take(Context context, Entry entry) {
    if (entry.lid().isPresent()) {
      var lid = entry.lid().get();
      entry.phone().ifPresent(phone -> Addresses.learn(context, phone, lid));
      // Some numbers may be dialled in two ways; the server answers with the true one.
      entry
          .dialled()
          .filter(phone -> Addresses.known(context.draft(), phone).isPhone())
          .ifPresent(phone -> context.draft().alias(phone, lid));
    }
    var account = entry.lid().or(entry::phone);
    if (account.isPresent() && !entry.devices().isEmpty()) {
      var address = Addresses.known(context.draft(), account.get());
      context.draft().deviceList(address, new DeviceList(entry.devices(), context.now()));
    }
  }

  /// One user of an answer. `dialled`: the number that was asked for, where the server repeats it.
  private record Entry(
      Optional<Jid> phone, Optional<Jid> lid, Optional<Jid> dialled, List<Integer> devices) {
    static Entry of(Element user) {
      var jid = user.jid("jid").map(Jid::bare);
      var phone = user.jid("pn_jid").map(Jid::bare).or(() -> jid.filter(Jid::isPhone));
      var lid =
          user.child("lid")
              .flatMap(element -> element.jid("val"))
              .map(Jid::bare)
              .or(() -> jid.filter(Jid::isLid));
      var dialled =
          user.child("contact").map(Element::text).map(DeviceLists::digits).map(Jid::phone);
      var devices =
          user.child("devices").flatMap(element -> element.child("device-list")).stream()
              .flatMap(list -> list.children("device").stream())
              .map(device -> device.number("id").orElse(0L).intValue())
              .distinct()
              .sorted()
              .toList();
      return new Entry(phone, lid, dialled.filter(number -> !number.user().isEmpty()), devices);
    }
  }

  /// The number in `+15551230000` or `15551230000@c.us`.
  private static String digits(String text) {
    int at = text.indexOf('@');
    return (at < 0 ? text : text.substring(0, at)).replaceAll("[^0-9]", "");
  }

  /// The devices of this account as it is addressed here, or empty when they must be asked for.
  public static Optional<List<Jid>> devices(Draft draft, Jid user) {
    return draft
        .deviceList(Addresses.known(draft, user))
        .map(list -> list.devices().stream().map(number -> device(user, number)).toList());
  }

  private static Jid device(Jid user, int number) {
    if (number != HOSTED) {
      return user.withDevice(number);
    }
    var server = user.isLid() ? Jid.HOSTED_LID_SERVER : Jid.HOSTED_SERVER;
    return new Jid(user.user(), server, number, 0);
  }

  /// Whether a device is WhatsApp's own cloud, which takes no part in groups.
  public static boolean isHosted(Jid device) {
    return device.device() == HOSTED;
  }

  /// What is known of these accounts' devices is doubtful: the next message asks anew.
  public static void forget(Draft draft, Collection<Jid> users) {
    users.forEach(user -> draft.forgetDeviceList(Addresses.known(draft, user)));
  }

  /// A `devices` notification (`add`, `remove` or `update` in an account's list), or an
  /// `account_sync` one with all devices of our own account.
  public static void notified(Context context, Stanza.Notification notification) {
    if (notification.type().equals("devices")) {
      changed(context, notification.origin().from().bare(), notification.element());
    } else {
      notification.element().child("devices").ifPresent(list -> ownChanged(context, list));
    }
  }

  private static void changed(Context context, Jid from, Element notification) {
    notification.jid("lid").ifPresent(lid -> learnBoth(context, from, lid.bare()));
    var address = Addresses.known(context.draft(), from);
    for (var change : notification.children()) {
      var numbers =
          change.children("device").stream()
              .map(device -> device.requireJid("jid").device())
              .toList();
      switch (change.tag()) {
        case "add" -> revise(context, address, change, numbers, List.of());
        case "remove" -> {
          numbers.forEach(number -> forgetDevice(context, device(address, number)));
          revise(context, address, change, List.of(), numbers);
        }
        default -> context.draft().forgetDeviceList(address);
      }
    }
  }

  private static void learnBoth(Context context, Jid one, Jid other) {
    if (one.isPhone()) {
      Addresses.learn(context, one, other);
    } else {
      Addresses.learn(context, other, one);
    }
  }

  /// A number may be given to another device later: nothing of this one may pass for its.
  private static void forgetDevice(Context context, Jid device) {
    context.draft().forgetRatchet(device);
    context.draft().forgetIdentity(device);
  }

  /// The new list stands only when the server's hash over it says so.
  private static void revise(
      Context context, Jid address, Element change, List<Integer> add, List<Integer> remove) {
    var known = context.draft().deviceList(address);
    if (known.isEmpty()) {
      return;
    }
    var numbers = new ArrayList<>(known.get().devices());
    numbers.removeAll(remove);
    add.stream().filter(number -> !numbers.contains(number)).forEach(numbers::add);
    numbers.sort(null);
    boolean agreed =
        hashed(change, "device_lid_hash", Optional.of(address).filter(Jid::isLid), numbers)
            || hashed(
                change, "device_hash", Addresses.phoneForm(context.draft(), address), numbers);
    if (agreed) {
      context.draft().deviceList(address, new DeviceList(List.copyOf(numbers), context.now()));
    } else {
      context.draft().forgetDeviceList(address);
    }
  }

  private static boolean hashed(
      Element change, String attribute, Optional<Jid> user, List<Integer> numbers) {
    return user.isPresent()
        && change
            .attribute(attribute)
            .equals(
                Optional.of(
                    phash(numbers.stream().map(number -> device(user.get(), number)).toList())));
  }

  private static void ownChanged(Context context, Element devices) {
    var numbers =
        devices.children("device").stream()
            .map(device -> device.requireJid("jid"))
            .filter(device -> context.account().owns(device.bare()))
            .map(Jid::device)
            .distinct()
            .sorted()
            .toList();
    var own = context.account().lid().bare();
    if (numbers.isEmpty()) {
      context.draft().forgetDeviceList(own);
    } else {
      context.draft().deviceList(own, new DeviceList(numbers, context.now()));
    }
  }

  /// WhatsApp's hash over a set of devices, by which both sides notice that they differ. Vectors
  /// `phash.json`.
  public static String phash(Collection<Jid> devices) {
    var text = new StringBuilder();
    devices.stream()
        .map(device -> device.user() + ".0:" + device.device() + "@" + device.server())
        .sorted()
        .forEach(text::append);
    var hash = Digests.sha256(text.toString().getBytes(StandardCharsets.UTF_8));
    return "2:"
        + Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
  }
}
