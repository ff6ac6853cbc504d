package holdfast.sandbox.phone;

import holdfast.crypto.Hkdf;
import holdfast.crypto.KeyPair;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.Json;
import holdfast.sandbox.world.Records;
import holdfast.signal.Bundle;
import holdfast.signal.Ratchet;
import holdfast.signal.SignedPreKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The secrets of a phone. One-time prekeys are derived from a seed, so that only the used ones
/// need remembering.
final class PhoneKeys implements Ratchet.PreKeys {
  private static final int SIGNED_ID = 1;

  private record Stored(
      byte[] identity,
      long registrationId,
      byte[] signedKey,
      byte[] signature,
      byte[] seed,
      int nextPreKey,
      byte[] used,
      byte[] appStateKey,
      boolean echoes) {}

  private final Records records;
  private final String number;
  private final KeyPair identity;
  private final long registrationId;
  private final SignedPreKey signed;
  private final byte[] seed;
  private final byte[] appStateKey;
  private int nextPreKey = 1;
  private BitSet used = new BitSet();
  private boolean echoes;

  private PhoneKeys(Records records, String number, Stored stored) {
    this.records = records;
    this.number = number;
    this.identity = KeyPair.of(stored.identity());
    this.registrationId = stored.registrationId();
    this.signed = new SignedPreKey(SIGNED_ID, KeyPair.of(stored.signedKey()), stored.signature());
    this.seed = stored.seed();
    this.appStateKey = stored.appStateKey();
    this.nextPreKey = stored.nextPreKey();
    this.used = BitSet.valueOf(stored.used());
    this.echoes = stored.echoes();
  }

  static PhoneKeys restore(Records records, String number, byte[] bytes) {
    return new PhoneKeys(records, number, Json.read(bytes, Stored.class));
  }

  static PhoneKeys make(Records records, String number, RandomGenerator random) {
    var identity = KeyPair.generate(random);
    var signed = SignedPreKey.generate(SIGNED_ID, identity, random);
    var keys =
        new PhoneKeys(
            records,
            number,
            new Stored(
                identity.privateKey(),
                random.nextInt(1, 16_384),
                signed.pair().privateKey(),
                signed.signature(),
                bytes(random),
                1,
                new byte[0],
                bytes(random),
                false));
    keys.save();
    return keys;
  }

  private static byte[] bytes(RandomGenerator random) {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }

  private void save() {
    records.put(
        "phone",
        number,
        () ->
            Json.bytes(
                new Stored(
                    identity.privateKey(),
                    registrationId,
                    signed.pair().privateKey(),
                    signed.signature(),
                    seed,
                    nextPreKey,
                    used.toByteArray(),
                    appStateKey,
                    echoes)));
  }

  KeyPair identity() {
    return identity;
  }

  Ratchet.Self self() {
    return new Ratchet.Self(identity, registrationId);
  }

  Device.Keys published() {
    return new Device.Keys(
        registrationId,
        identity.publicKey(),
        signed.id(),
        signed.pair().publicKey(),
        signed.signature());
  }

  /// New one-time prekeys, the public halves.
  List<Bundle.OneTime> morePreKeys(int count) {
    var keys = new ArrayList<Bundle.OneTime>(count);
    for (int i = 0; i < count; i++) {
      int id = nextPreKey++;
      keys.add(new Bundle.OneTime(id, preKey(id).publicKey()));
    }
    save();
    return keys;
  }

  private KeyPair preKey(int id) {
    var info = ("prekey " + id).getBytes(StandardCharsets.UTF_8);
    var secret = Hkdf.derive(seed, Hkdf.NONE, info, 32);
    secret[0] &= (byte) 248;
    secret[31] &= 127;
    secret[31] |= 64;
    return KeyPair.of(secret);
  }

  @Override
  public Optional<KeyPair> oneTime(int id) {
    boolean there = id > 0 && id < nextPreKey && !used.get(id);
    return there ? Optional.of(preKey(id)) : Optional.empty();
  }

  @Override
  public Optional<KeyPair> signed(int id) {
    return id == SIGNED_ID ? Optional.of(signed.pair()) : Optional.empty();
  }

  void use(int id) {
    used.set(id);
    save();
  }

  /// The key under which the account's app state is encrypted.
  byte[] appStateKey() {
    return appStateKey;
  }

  boolean echoes() {
    return echoes;
  }

  void setEchoes(boolean now) {
    echoes = now;
    save();
  }
}
