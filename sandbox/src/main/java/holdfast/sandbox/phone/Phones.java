package holdfast.sandbox.phone;

import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Uplink;
import holdfast.sandbox.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// All simulated phones, by number.
public final class Phones {
  private final World world;
  private final Uplink uplink;
  private final Map<String, Phone> phones = new LinkedHashMap<>();

  public Phones(World world, Uplink uplink) {
    this.world = world;
    this.uplink = uplink;
    restore();
  }

  private void restore() {
    var records = world.records();
    records.each(
        "phone",
        (number, bytes) ->
            world
                .byPhone(number)
                .ifPresent(account -> add(account, PhoneKeys.restore(records, number, bytes))));
    each("ratchet", (phone, row) -> phone.secrets().ratchets().restore(row.key(), row.bytes()));
    each("senderkey", (phone, row) -> phone.secrets().groups().restoreKey(row.key(), row.bytes()));
    each("given", (phone, row) -> phone.secrets().groups().restoreGiven(row.key(), row.bytes()));
    each("note", (phone, row) -> phone.notebook().restoreNote(row.bytes()));
    each("sent", (phone, row) -> phone.notebook().restoreKept(row.bytes()));
  }

  private record Row(String key, byte[] bytes) {}

  /// Rows under `number/…`, given to their phones.
  private void each(String kind, BiConsumer<Phone, Row> reader) {
    world
        .records()
        .each(
            kind,
            (key, bytes) -> {
              var at = key.indexOf('/');
              var phone = phones.get(key.substring(0, at));
              if (phone != null) {
                reader.accept(phone, new Row(key.substring(at + 1), bytes));
              }
            });
  }

  private Phone add(Account account, PhoneKeys keys) {
    var records = world.records();
    var number = account.phone();
    var secrets =
        new Secrets(
            keys,
            new Ratchets(world, number, keys),
            new GroupKeys(records, number, world.random()));
    var phone = new Phone(world, account, uplink, secrets, new Notebook(records, number));
    phones.put(number, phone);
    account.setPrimary(phone);
    return phone;
  }

  public Optional<Phone> find(String number) {
    return Optional.ofNullable(phones.get(number));
  }

  public List<Phone> all() {
    return List.copyOf(phones.values());
  }

  /// A new account with its phone, published to the network.
  public Phone make(String number, String pushName) {
    var account = world.makeAccount(number, pushName);
    var phone = add(account, PhoneKeys.make(world.records(), number, world.random()));
    phone.publish();
    account.setPrimary(phone);
    return phone;
  }
}
