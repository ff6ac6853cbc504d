package holdfast.device;

import holdfast.crypto.Digests;
import holdfast.crypto.KeyPair;
import holdfast.signal.Bundle;
import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.PreKey;
import holdfast.signal.Ratchet;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.store.Event;
import java.util.Optional;
import java.util.stream.Stream;

/// The ratchets of a session with the devices it talks to, kept under the LID where it is known.
///
/// Identities are trusted on first use. A changed one is taken, told to the tenant, and costs the
/// account our sender keys: it gets none that was made before.
public final class Ratchets {
  private Ratchets() {}

  /// Pads, encrypts and writes the ratchet. @throws IllegalStateException without an open ratchet
  public static Ciphertext encrypt(Context context, Jid device, byte[] plaintext) {
    var address = Addresses.known(context.draft(), device);
    var encrypted =
        context
            .draft()
            .ratchet(address)
            .encrypt(context.credentials().self(), Padding.pad(plaintext, context.random()));
    context.draft().ratchet(address, encrypted.next());
    return encrypted.ciphertext();
  }

  /// Writes the ratchet, the identity and the end of the used prekey, on success only. The bytes of
  /// the outcome are still padded.
  public static Ratchet.Outcome decrypt(
      Context context, Jid sender, Ciphertext.Type type, byte[] bytes) {
    var address = Addresses.known(context.draft(), sender);
    var outcome =
        context
            .draft()
            .ratchet(address)
            .decrypt(
                context.credentials().self(), type, bytes, new OwnKeys(context), context.random());
    if (outcome instanceof Ratchet.Outcome.Plaintext plaintext) {
      context.draft().ratchet(address, plaintext.next());
      plaintext.consumed().ifPresent(context.draft()::forgetPreKey);
      // A late message of an archived ratchet may bring a former identity: only a first message
      // says who the device is now.
      if (type == Ciphertext.Type.PKMSG) {
        trust(context, address, plaintext.identity());
      }
    }
    return outcome;
  }

  /// Begins a ratchet by the device's bundle; a current one is archived.
  /// @throws holdfast.crypto.BadKey if the bundle isn't authentic
  public static void install(Context context, Jid device, Bundle bundle) {
    var address = Addresses.known(context.draft(), device);
    var next =
        context
            .draft()
            .ratchet(address)
            .initiate(context.credentials().self(), bundle, context.random());
    context.draft().ratchet(address, next);
    trust(context, address, bundle.identity());
  }

  private static void trust(Context context, Jid address, byte[] identity) {
    var known = context.draft().identity(address);
    if (known.isPresent() && Digests.equal(known.get(), identity)) {
      return;
    }
    context.draft().identity(address, identity);
    if (known.isPresent()) {
      tellChange(context, address);
    }
  }

  /// What is known of an account's devices isn't theirs any more: its ratchets are closed (late
  /// messages can still be read), its identities and its device list forgotten.
  static void reset(Context context, Jid user) {
    var account = Addresses.known(context.draft(), user.bare());
    for (var device : context.draft().devicesWithRatchet(account)) {
      context.draft().ratchet(device, context.draft().ratchet(device).closed());
      context.draft().forgetIdentity(device);
    }
    context.draft().forgetDeviceList(account);
    tellChange(context, account);
  }

  private static void tellChange(Context context, Jid address) {
    SenderKeys.retireSharedWith(context, address);
    var person = Addresses.person(context.draft(), address, Optional.empty());
    context.draft().event(new Event.IdentityChanged(person, context.now()));
  }

  /// Our prekeys as the draft has them now; the signed one of before a rotation still serves.
  private record OwnKeys(Context context) implements Ratchet.PreKeys {
    @Override
    public Optional<KeyPair> oneTime(int id) {
      return context.draft().preKey(id).map(PreKey::pair);
    }

    @Override
    public Optional<KeyPair> signed(int id) {
      var credentials = context.draft().credentials().orElse(context.credentials());
      return Stream.concat(
              Stream.of(credentials.signedPreKey()), credentials.previousSignedPreKey().stream())
          .filter(key -> key.id() == id)
          .map(SignedPreKey::pair)
          .findFirst();
    }
  }
}
