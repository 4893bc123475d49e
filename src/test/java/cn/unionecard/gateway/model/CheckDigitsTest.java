package cn.unionecard.gateway.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of the standards, and every single wrong digit. */
class CheckDigitsTest {

  @ParameterizedTest
  @ValueSource(strings = {"79927398713", "84446669133388330784", "84933848519764405631", "00"})
  void luhnAcceptsKnownNumbers(String number) {
    assertTrue(Luhn.isValid(number));
  }

  @Test
  void luhnNoticesEveryWrongDigit() {
    assertEveryOtherCharacterFails("79927398713", "0123456789", Luhn::isValid);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "7992739871X", "７９９２７３９８７１３", "79927398713 "})
  void luhnRefusesWhatIsNoNumber(String number) {
    assertFalse(Luhn.isValid(number));
  }

  @ParameterizedTest
  @ValueSource(strings = {"11010519491231002X", "440524188001010014"})
  void residentNumberAcceptsTheExamplesOfTheStandard(String number) {
    assertTrue(ResidentNumber.isValid(number));
  }

  @Test
  void residentNumberNoticesEveryWrongDigit() {
    assertEveryOtherCharacterFails("440524188001010014", "0123456789", ResidentNumber::isValid);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "11010519491231002x", "11010519491231002", "X1010519491231002X"})
  void residentNumberRefusesWhatIsNoNumber(String number) {
    assertFalse(ResidentNumber.isValid(number));
  }

  @ParameterizedTest
  @ValueSource(strings = {"91350100M000100Y43", "91410800MA0000007L", "81410800MC0000004G"})
  void creditCodeAcceptsKnownCodes(String code) {
    assertTrue(CreditCode.isValid(code));
  }

  @Test
  void creditCodeNoticesEveryWrongCharacter() {
    assertEveryOtherCharacterFails(
        "91350100M000100Y43", "0123456789ABCDEFGHJKLMNPQRTUWXY", CreditCode::isValid);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "91350100M000100Y4", "91350100M000100I43", "91350100m000100Y43"})
  void creditCodeRefusesWhatIsNoCode(String code) {
    assertFalse(CreditCode.isValid(code));
  }

  @Test
  void organisationCodeOfTheStandard() {
    assertEquals('X', CreditCode.organisationCheckCharacter("D2143569"));
    assertEquals('7', CreditCode.organisationCheckCharacter("MA000000"));
    assertEquals('4', CreditCode.organisationCheckCharacter("MC000000"));
  }

  @Test
  void payloadsOfAnotherFormAreBugs() {
    assertThrows(IllegalArgumentException.class, () -> Luhn.checkDigit(""));
    assertThrows(IllegalArgumentException.class, () -> Luhn.checkDigit("12a"));
    assertThrows(IllegalArgumentException.class, () -> ResidentNumber.checkCharacter("1"));
    assertThrows(
        IllegalArgumentException.class, () -> ResidentNumber.checkCharacter("1101051949123100X"));
    assertThrows(IllegalArgumentException.class, () -> CreditCode.checkCharacter("9"));
    assertThrows(
        IllegalArgumentException.class, () -> CreditCode.checkCharacter("91350100M000100S4"));
    assertThrows(
        IllegalArgumentException.class, () -> CreditCode.organisationCheckCharacter("D214356-"));
  }

  private interface Check {
    boolean isValid(String text);
  }

  private static void assertEveryOtherCharacterFails(String valid, String alphabet, Check check) {
    for (int place = 0; place < valid.length(); place++) {
      for (char c : alphabet.toCharArray()) {
        if (c != valid.charAt(place)) {
          String wrong = valid.substring(0, place) + c + valid.substring(place + 1);
          assertFalse(check.isValid(wrong), wrong);
        }
      }
    }
  }
}
