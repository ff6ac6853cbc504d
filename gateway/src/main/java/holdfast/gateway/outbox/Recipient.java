package holdfast.gateway.outbox;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import holdfast.stanza.Jid;
import java.util.Set;
import java.util.regex.Pattern;

/// Who a message goes to, from a phone number as people write it or from a JID (R33).
///
/// *Possible* is the test of a number, not *valid*: new ranges and those kept for tests have to
/// pass, and whether a number has WhatsApp only WhatsApp knows.
public sealed interface Recipient {
  /// `jid` without a device.
  record Known(Jid jid) implements Recipient {}

  /// `reason`: what is wrong, without the number itself. `phone`: whether it was read as a phone
  /// number.
  record Wrong(String reason, boolean phone) implements Recipient {}

  Pattern WRITTEN = Pattern.compile("\\+?[0-9 ()./-]{1,40}");
  Pattern USER = Pattern.compile("[0-9]{5,20}");
  Pattern GROUP = Pattern.compile("[0-9]{5,30}(-[0-9]{5,20})?");
  Set<String> PEOPLE = Set.of(Jid.PHONE_SERVER, Jid.LID_SERVER);

  static Recipient of(String text) {
    return text.contains("@") ? ofJid(text) : ofPhone(text);
  }

  private static Recipient ofJid(String text) {
    var jid = Jid.tryParse(text);
    if (jid.isEmpty() || jid.get().device() != 0) {
      return new Wrong("no JID of a person or a group", false);
    }
    var address = jid.get();
    if (PEOPLE.contains(address.server()) && USER.matcher(address.user()).matches()) {
      return new Known(address);
    }
    if (address.isGroup() && GROUP.matcher(address.user()).matches()) {
      return new Known(address);
    }
    return new Wrong("no JID of a person or a group", false);
  }

  /// In international form; the plus may be missing or be written as 00.
  static Recipient ofPhone(String text) {
    var written = text.strip();
    if (!WRITTEN.matcher(written).matches()) {
      return new Wrong("has characters that no phone number has", true);
    }
    var numbers = PhoneNumberUtil.getInstance();
    try {
      var number = numbers.parse(international(written), null);
      var verdict = numbers.isPossibleNumberWithReason(number);
      if (verdict == ValidationResult.IS_POSSIBLE) {
        var e164 = numbers.format(number, PhoneNumberFormat.E164);
        return new Known(Jid.phone(e164.substring(1)));
      }
      return new Wrong(said(verdict), true);
    } catch (NumberParseException e) {
      return new Wrong(
          switch (e.getErrorType()) {
            case INVALID_COUNTRY_CODE -> "has no country code that exists";
            case TOO_LONG -> "is too long";
            case TOO_SHORT_AFTER_IDD, TOO_SHORT_NSN -> "is too short";
            case NOT_A_NUMBER -> "is no number";
          },
          true);
    }
  }

  private static String international(String written) {
    if (written.startsWith("+")) {
      return written;
    }
    return "+" + (written.startsWith("00") ? written.substring(2) : written);
  }

  private static String said(ValidationResult verdict) {
    return switch (verdict) {
      case TOO_SHORT -> "is too short";
      case TOO_LONG -> "is too long";
      case INVALID_COUNTRY_CODE -> "has no country code that exists";
      case IS_POSSIBLE, IS_POSSIBLE_LOCAL_ONLY, INVALID_LENGTH ->
          "has a length that its country doesn't use";
    };
  }
}
