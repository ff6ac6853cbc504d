package holdfast.sandbox.phone;

import holdfast.sandbox.world.Refused;
import java.util.Arrays;
import java.util.Base64;

/// What a phone reads out of a QR code (protocol page 03 § 2.2; vectors `qr.json`).
public record QrText(String ref, byte[] noiseKey, byte[] identity, byte[] advSecret) {
  /// With or without the link in front. The ref may hold commas, so the rest is counted from the
  /// right. @throws Refused when it isn't the text of a linking code
  public static QrText parse(String text) {
    var fields = text.substring(text.indexOf('#') + 1).strip().split(",", -1);
    // Very old codes had no platform at the end; a platform is shorter than a key.
    int keysEnd = fields.length - (fields[fields.length - 1].length() < 40 ? 1 : 0);
    if (keysEnd < 4) {
      throw notOne();
    }
    var ref = String.join(",", Arrays.copyOf(fields, keysEnd - 3));
    return new QrText(
        ref, key(fields[keysEnd - 3]), key(fields[keysEnd - 2]), key(fields[keysEnd - 1]));
  }

  private static byte[] key(String base64) {
    try {
      var key = Base64.getDecoder().decode(base64);
      if (key.length == 32) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw notOne();
  }

  private static Refused notOne() {
    return new Refused(400, "not_a_qr", "qr", "This isn't the text of a linking code.");
  }

  @Override
  public String toString() {
    return "QrText[" + ref.length() + " characters of ref]";
  }
}
