export default {
  brand: 'Union e-card',
  choices: 'Display',
  large: 'Large type',
  otherLanguage: '中文',
  otherLanguageCode: 'zh-CN',
};
