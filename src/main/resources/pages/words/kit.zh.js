export default {
  brand: '工会E卡',
  choices: '显示方式',
  large: '大字版',
  otherLanguage: 'English',
  otherLanguageCode: 'en',
};
